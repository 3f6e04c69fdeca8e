import type { Random } from './random.ts';

/** What a canary marks: a body, a secret that only some may read, a column that nobody may. */
export type CanaryKind = 'body' | 'secret' | 'hidden';

const LETTER: Readonly<Record<CanaryKind, string>> = { body: 'b', secret: 's', hidden: 'h' };
/** zq, kind, 16 digits, qz: plain ASCII, so that it looks the same in JSON, SQL and logs. */
const TOKEN = /zq[bsh][0-9a-f]{16}qz/g;
const TOKEN_LENGTH = 21;

/** A string that occurs nowhere else, to be put into a cell. */
export function makeCanary(kind: CanaryKind, random: Random): string {
  return `zq${LETTER[kind]}${random.hex(16)}qz`;
}

/** The canaries in a text. */
export function canariesIn(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** Finds canaries in bytes that come in pieces, cut anywhere. */
export class CanaryScanner {
  bytes = 0;
  readonly found = new Set<string>();
  #tail = '';

  /** Takes the next piece; returns the canaries that had not been seen before. */
  push(chunk: Uint8Array | string): string[] {
    const text =
      this.#tail +
      (typeof chunk === 'string' ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'));
    this.bytes += chunk.length;
    this.#tail = text.slice(-(TOKEN_LENGTH - 1));
    const fresh = [...new Set(canariesIn(text))].filter((token) => !this.found.has(token));
    for (const token of fresh) this.found.add(token);
    return fresh;
  }
}
