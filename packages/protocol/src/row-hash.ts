/** Two numbers of 32 bits. Finds what went wrong by accident; it is no defence against somebody who wants two rows to look alike. */
export type RowHash = { readonly high: number; readonly low: number };

/** Deeper than this a value is taken as `JSON.stringify` writes it, so that no document overflows a stack. */
const DEPTH = 64;

/** What is hashed of a row: the same on both sides, whatever the order in which its columns came. */
export function hashRow(table: string, key: string, row: object): RowHash {
  return hashText(`[${JSON.stringify(table)},${JSON.stringify(key)},${canonicalJson(row)}]`);
}

/** In which of `buckets` (a power of two) a row is counted. Of half as many buckets, two halves are one. */
export function bucketOf(table: string, key: string, buckets: number): number {
  return hashText(`[${JSON.stringify(table)},${JSON.stringify(key)}]`).low & (buckets - 1);
}

/** JSON without spaces, the names of each object in the order of their UTF-16 code units (as RFC 8785 has it). */
export function canonicalJson(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null || depth === DEPTH) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one, depth + 1)).join(',')}]`;
  const names = Object.keys(value).sort();
  const fields = value as { readonly [name: string]: unknown };
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name], depth + 1)}`).join(',')}}`;
}

/** Sixteen hexadecimal digits. */
export function formatHash({ high, low }: RowHash): string {
  return hex(high) + hex(low);
}

/** Undefined for what is no hash. */
export function parseHash(text: unknown): RowHash | undefined {
  if (typeof text !== 'string' || !/^[0-9a-f]{16}$/.test(text)) return undefined;
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) };
}

/** The UTF-16 code units of `text`, one after the other, in two lanes that are mixed at the end. */
function hashText(text: string): RowHash {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  const mixed = (one: number, other: number): number =>
    Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  return { high: mixed(high, low) >>> 0, low: mixed(low, high) >>> 0 };
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0');
}
