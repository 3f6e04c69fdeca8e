const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** 2^48: milliseconds since 1970 take six bytes. */
const TIME_END = 281_474_976_710_656;

/** A new id of version 7 (RFC 9562): `atMs`, milliseconds since 1970, then random bits. Lower case. */
export function makeUuidV7(atMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  // The version, and the variant.
  bytes[0] = ((bytes[0] ?? 0) & 0x0f) | 0x70;
  bytes[2] = ((bytes[2] ?? 0) & 0x3f) | 0x80;
  const time = (Math.floor(atMs) % TIME_END).toString(16).padStart(12, '0');
  const rest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

/** Milliseconds since 1970 at which `id` was made; undefined for what is no UUID of version 7. Pure. */
export function timeOfUuidV7(id: string): number | undefined {
  return UUID_V7.test(id) ? Number.parseInt(id.replace('-', '').slice(0, 12), 16) : undefined;
}
