import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decodePosition, encodePosition, LIMITS, type Position, type ScopeKey } from '@elira/protocol';
import type { Identity } from '../read/read-session.ts';

/**
 * A cursor is two signed halves joined by a dot: where the client is, the same for everybody at that position, and which scopes its
 * connection holds, the same for the connection's whole life. So a frame is made once, and a connection adds its constant half.
 */
export type CursorPlace = {
  readonly epoch: string;
  /** Start of the reader that issued it. */
  readonly start: string;
  readonly position: Position;
  /** The position was rounded down: the true one may contain more. */
  readonly rounded: boolean;
};

export type CursorGrant = {
  /** xmax of the position from which on the scopes are held: a place before it does not go with this grant. */
  readonly since: bigint;
  /** Fingerprints one by one, or one of the whole set where there are many. */
  readonly held:
    | { readonly kind: 'each'; readonly fingerprints: ReadonlySet<string> }
    | { readonly kind: 'set'; readonly fingerprint: string };
};

const VERSION = 1;
const MAC_BYTES = 12;
const EPOCH_BYTES = 8;
const START_BYTES = 16;
const FINGERPRINT_BYTES = 6;
const SINCE_BYTES = 8;
const EACH = 1;
const SET = 2;
const PLACE_FIXED_BYTES = 1 + EPOCH_BYTES + START_BYTES + MAC_BYTES;
const GRANT_MOST_BYTES = 1 + SINCE_BYTES + LIMITS.scopesInCursor * FINGERPRINT_BYTES + MAC_BYTES;
/** What remains for the position of the 1,024 bytes, in base64 (four characters for three bytes, a dot between the halves). */
const POSITION_BYTES = Math.floor(((LIMITS.cursorBytes - 1) * 3) / 4) - GRANT_MOST_BYTES - PLACE_FIXED_BYTES - 2;

/** First half, without the dot. */
export function encodePlace(identity: Identity, position: Position): string {
  const content = Buffer.concat([
    Buffer.from([VERSION]),
    epochBytes(identity.epoch),
    Buffer.from(identity.start.replaceAll('-', ''), 'hex'),
    encodePosition(position, POSITION_BYTES),
  ]);
  return sign(content, identity.signingKey, 'place');
}

/** Second half. */
export function encodeGrant(signingKey: string, since: bigint, scopes: readonly ScopeKey[]): string {
  const sinceBytes = Buffer.alloc(SINCE_BYTES);
  sinceBytes.writeBigUInt64BE(since);
  const content =
    scopes.length <= LIMITS.scopesInCursor
      ? Buffer.concat([Buffer.from([EACH]), sinceBytes, ...scopes.map((scope) => fingerprint(scope))])
      : Buffer.concat([Buffer.from([SET]), sinceBytes, setFingerprint(scopes)]);
  return sign(content, signingKey, 'grant');
}

/** Both halves of a cursor, or undefined when it was not issued with this key: forged, damaged, or from elsewhere. */
export function readCursor(cursor: string, signingKey: string): { place: CursorPlace; grant: CursorGrant } | undefined {
  if (cursor.length > LIMITS.cursorBytes) return undefined;
  const [first, second, ...rest] = cursor.split('.');
  if (first === undefined || second === undefined || rest.length > 0) return undefined;
  const place = verify(first, signingKey, 'place');
  const grant = verify(second, signingKey, 'grant');
  if (place === undefined || grant === undefined) return undefined;
  try {
    return { place: decodePlace(place), grant: decodeGrant(grant) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Which of `scopes` the grant says were held. */
export function heldScopes(grant: CursorGrant, scopes: readonly ScopeKey[]): Set<ScopeKey> {
  const { held } = grant;
  if (held.kind === 'set') return new Set(setFingerprint(scopes).toString('hex') === held.fingerprint ? scopes : []);
  return new Set(scopes.filter((scope) => held.fingerprints.has(fingerprint(scope).toString('hex'))));
}

function decodePlace(bytes: Buffer): CursorPlace {
  if (bytes[0] !== VERSION) throw new RangeError('unknown version');
  const epoch = bytes.subarray(1, 1 + EPOCH_BYTES).toString('base64url');
  const hex = bytes.subarray(1 + EPOCH_BYTES, 1 + EPOCH_BYTES + START_BYTES).toString('hex');
  const start = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { epoch, start, ...decodePosition(bytes.subarray(1 + EPOCH_BYTES + START_BYTES)) };
}

function decodeGrant(bytes: Buffer): CursorGrant {
  const since = bytes.readBigUInt64BE(1);
  const list = bytes.subarray(1 + SINCE_BYTES);
  if (bytes[0] === SET) return { since, held: { kind: 'set', fingerprint: list.toString('hex') } };
  const fingerprints = new Set<string>();
  for (let at = 0; at < list.length; at += FINGERPRINT_BYTES)
    fingerprints.add(list.subarray(at, at + FINGERPRINT_BYTES).toString('hex'));
  return { since, held: { kind: 'each', fingerprints } };
}

function epochBytes(epoch: string): Buffer {
  return Buffer.from(epoch, 'base64url').subarray(0, EPOCH_BYTES);
}

function fingerprint(scope: ScopeKey): Buffer {
  return createHash('sha256').update(scope).digest().subarray(0, FINGERPRINT_BYTES);
}

function setFingerprint(scopes: readonly ScopeKey[]): Buffer {
  return createHash('sha256').update(scopes.toSorted().join('\n')).digest().subarray(0, 16);
}

function sign(content: Buffer, key: string, purpose: string): string {
  return Buffer.concat([content, mac(content, key, purpose)]).toString('base64url');
}

function verify(half: string, key: string, purpose: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(half)) return undefined;
  const bytes = Buffer.from(half, 'base64url');
  if (bytes.length <= MAC_BYTES + 1) return undefined;
  const content = bytes.subarray(0, -MAC_BYTES);
  return timingSafeEqual(mac(content, key, purpose), bytes.subarray(-MAC_BYTES)) ? content : undefined;
}

function mac(content: Buffer, key: string, purpose: string): Buffer {
  return createHmac('sha256', key).update(purpose).update('\0').update(content).digest().subarray(0, MAC_BYTES);
}
