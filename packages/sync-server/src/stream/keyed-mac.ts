import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;

/**
 * HMAC-SHA-256 (RFC 2104) of one short message, in bytes, given in parts. Made of two hashes in one go each: `createHmac` makes an object outside the heap for
 * every message, and when ten thousand cursors come back at once, making and clearing away these costs five times the hashing.
 */
export function keyedMac(key: string, ...content: readonly Uint8Array[]): Buffer {
  const { inner, outer } = padsOf(key);
  return hash('sha256', Buffer.concat([outer, hash('sha256', Buffer.concat([inner, ...content]), 'buffer')]), 'buffer');
}

type Pads = { readonly inner: Buffer; readonly outer: Buffer };

/** Of the key that was used last: a process has one. */
let last: { readonly key: string; readonly pads: Pads } | undefined;

function padsOf(key: string): Pads {
  if (last?.key !== key) last = { key, pads: makePads(key) };
  return last.pads;
}

function makePads(key: string): Pads {
  const bytes = Buffer.from(key);
  const block = Buffer.alloc(BLOCK_BYTES);
  (bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes).copy(block);
  return { inner: Buffer.from(block.map((byte) => byte ^ INNER)), outer: Buffer.from(block.map((byte) => byte ^ OUTER)) };
}
