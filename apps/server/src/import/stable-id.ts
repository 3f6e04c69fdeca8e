import { createHash } from 'node:crypto';

/** Of all ids made here; drawn once at random. */
const NAMESPACE = '5d0f3c52-6a5e-4b0e-9c7b-2f6f0a6b8f11';

/** The UUID of version 5 that `name` has, here and at every later import. Pure. */
export function stableId(name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
