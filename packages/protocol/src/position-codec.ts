import { makePosition, type Position } from './position.ts';

/**
 * Positions as few bytes. Three forms, the shortest that is exact wins, and a position that fits in none is rounded down:
 *
 *   0  gaps     xmin, xmax - xmin, then the distance from each running transaction to the next, as varints
 *   1  bitmap   xmin, xmax - xmin, then one bit for each xid between (set: running)
 *   2  rounded  xmin only
 *
 * A rounded cursor stands for the position (xmin, xmin, –), which is contained in the true one. What it no longer tells is
 * whether a server's edge contains the true position; a server therefore answers it only from a snapshot it took after the
 * cursor had arrived, which is later in time and hence contains it (SPEC A1).
 */
export type EncodedPosition = {
  /** Contained in the position that was encoded; equal to it unless `rounded`. */
  readonly position: Position;
  readonly rounded: boolean;
};

const GAPS = 0;
const BITMAP = 1;
const ROUNDED = 2;
/** A cursor cannot claim more running transactions than this; PostgreSQL's own limit on backends is 2^18 - 1. */
const MOST_RUNNING = 262_143;
/** Ten groups of seven bits hold any 64-bit number. */
const VARINT_BYTES = 10;

/** The shortest form of `position`, of at most `maxBytes` bytes (at least 11, which always suffices for the rounded form). */
export function encodePosition(position: Position, maxBytes: number): Uint8Array {
  const head = [...varint(position.xmin), ...varint(position.xmax - position.xmin)];
  const gaps = encodeGaps(position, maxBytes);
  const bitmap = encodeBitmap(position, maxBytes);
  const exact = gaps !== undefined && (bitmap === undefined || gaps.length <= bitmap.length) ? gaps : bitmap;
  if (exact !== undefined && 1 + head.length + exact.length <= maxBytes) {
    return Uint8Array.from([exact === gaps ? GAPS : BITMAP, ...head, ...exact]);
  }
  return Uint8Array.from([ROUNDED, ...varint(position.xmin)]);
}

/** Reads what `encodePosition` wrote; throws RangeError on anything else. */
export function decodePosition(bytes: Uint8Array): EncodedPosition {
  const reader = { bytes, at: 1 };
  const xmin = readVarint(reader);
  switch (bytes[0]) {
    case GAPS: {
      const xmax = xmin + readVarint(reader);
      return { position: makePosition(xmin, xmax, decodeGaps(reader, xmin)), rounded: false };
    }
    case BITMAP: {
      const xmax = xmin + readVarint(reader);
      return { position: makePosition(xmin, xmax, decodeBitmap(reader, xmin, xmax)), rounded: false };
    }
    case ROUNDED:
      if (reader.at !== bytes.length) throw new RangeError('trailing bytes');
      return { position: makePosition(xmin, xmin, []), rounded: true };
    default:
      throw new RangeError('unknown form of position');
  }
}

function encodeGaps({ xmin, xip }: Position, maxBytes: number): number[] | undefined {
  if (xip.length > maxBytes) return undefined;
  const out: number[] = [];
  let previous = xmin;
  for (const xid of xip) {
    out.push(...varint(xid - previous));
    previous = xid;
  }
  return out;
}

function encodeBitmap({ xmin, xmax, xip }: Position, maxBytes: number): number[] | undefined {
  const length = (xmax - xmin + 7n) / 8n;
  if (length > BigInt(maxBytes)) return undefined;
  const out = Array.from({ length: Number(length) }, () => 0);
  for (const xid of xip) {
    const bit = Number(xid - xmin);
    out[bit >> 3] = (out[bit >> 3] as number) | (1 << (bit & 7));
  }
  return out;
}

type Reader = { readonly bytes: Uint8Array; at: number };

function decodeGaps(reader: Reader, xmin: bigint): bigint[] {
  const xip: bigint[] = [];
  let previous = xmin;
  while (reader.at < reader.bytes.length) {
    if (xip.length === MOST_RUNNING) throw new RangeError('too many running transactions');
    previous += readVarint(reader);
    xip.push(previous);
  }
  return xip;
}

function decodeBitmap(reader: Reader, xmin: bigint, xmax: bigint): bigint[] {
  const rest = reader.bytes.subarray(reader.at);
  if (BigInt(rest.length) !== (xmax - xmin + 7n) / 8n) throw new RangeError('bitmap of the wrong length');
  const xip: bigint[] = [];
  rest.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit += 1) if ((byte >> bit) & 1) xip.push(xmin + BigInt(index * 8 + bit));
  });
  return xip;
}

function varint(value: bigint): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return out;
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let group = 0; group < VARINT_BYTES; group += 1) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new RangeError('a number is cut off');
    reader.at += 1;
    value |= BigInt(byte & 0x7f) << BigInt(7 * group);
    if (byte < 0x80) {
      if (value > 0xffff_ffff_ffff_ffffn) break;
      return value;
    }
  }
  throw new RangeError('a number beyond 64 bits');
}
