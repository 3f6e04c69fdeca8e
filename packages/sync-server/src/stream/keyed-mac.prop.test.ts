import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedMac } from './keyed-mac.ts';

test('S16 the seal of a cursor is an HMAC-SHA-256, whatever the lengths of key and content', () => {
  const keys = fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('', 'k'.repeat(64), 'k'.repeat(65)));
  fc.assert(
    fc.property(keys, fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 3 }), (key, parts) => {
      expect(keyedMac(key, ...parts)).toEqual(createHmac('sha256', key).update(Buffer.concat(parts)).digest());
    }),
  );
});
