import { isBucketCount } from './digest.ts';
import { parseHash } from './row-hash.ts';
import type { ScopeDelta } from './messages.ts';

/** First question of a check: are these the rows? One sum for each bucket. */
export type DigestQuestion = { readonly scope: string; readonly sums: readonly string[] };
/** Second question: what of these buckets is different? All that is held in them. */
export type RowsQuestion = {
  readonly scope: string;
  readonly of: number;
  readonly buckets: readonly number[];
  readonly rows: readonly (readonly [table: string, key: string, hash: string])[];
};

/** What a client sends to have its rows checked. */
export type IntegrityRequest = {
  /** Where its rows stand. */
  readonly cursor: string;
  readonly digests?: readonly DigestQuestion[];
  readonly rows?: readonly RowsQuestion[];
};

/** What a server answers. */
export type IntegrityAnswer = {
  /** Of the digests: the buckets whose sums differ, in the scopes where any does. */
  readonly differ: readonly { readonly scope: string; readonly buckets: readonly number[] }[];
  /** Of the rows: what is to be put and dropped, of these buckets alone. */
  readonly deltas: readonly ScopeDelta[];
};

/** The questions of a request, or undefined for what is none. */
export function readIntegrityRequest(body: unknown): Required<IntegrityRequest> | undefined {
  if (!isRecord(body) || typeof body['cursor'] !== 'string') return undefined;
  const { cursor, digests = [], rows = [], ...rest } = body;
  if (Object.keys(rest).length > 0 || !Array.isArray(digests) || !Array.isArray(rows)) return undefined;
  if (!digests.every(isDigestQuestion) || !rows.every(isRowsQuestion)) return undefined;
  return { cursor, digests, rows };
}

function isDigestQuestion(value: unknown): value is DigestQuestion {
  if (!isRecord(value) || typeof value['scope'] !== 'string' || !Array.isArray(value['sums'])) return false;
  return isBucketCount(value['sums'].length) && value['sums'].every((sum) => parseHash(sum) !== undefined);
}

function isRowsQuestion(value: unknown): value is RowsQuestion {
  if (!isRecord(value) || typeof value['scope'] !== 'string') return false;
  const { of, buckets, rows } = value;
  if (!isBucketCount(of) || !Array.isArray(buckets) || !Array.isArray(rows) || buckets.length > of) return false;
  const inside = (bucket: unknown): boolean => Number.isInteger(bucket) && (bucket as number) >= 0 && (bucket as number) < of;
  return buckets.every(inside) && rows.every(isReported);
}

function isReported(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return typeof value[0] === 'string' && typeof value[1] === 'string' && parseHash(value[2]) !== undefined;
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
