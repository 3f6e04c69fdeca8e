import fc from 'fast-check';
import { LIMITS, makePosition, samePosition, type ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import type { Identity } from '../read/read-session.ts';
import { encodeGrant, encodePlace, heldScopes, readCursor } from './cursor-codec.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
const runs = { seed, numRuns: 200 };
const identity: Identity = {
  epoch: Buffer.alloc(8, 7).toString('base64url'),
  incarnation: '5b0e6f3c-2f50-4f0b-8f43-2a4c6f0e9f11',
  timeline: '00000001',
  start: '0f2c3a9e-8d1b-4c77-9a53-1be2d4c5f607',
  signingKey: 'a key of the test',
};
const scopes = (count: number): ScopeKey[] =>
  Array.from({ length: count }, (_, index) => `content:${index}/learner` as ScopeKey);

const position = fc
  .record({ xmin: fc.bigInt(1n, 2n ** 62n), gaps: fc.array(fc.bigInt(1n, 100_000n), { maxLength: 1200 }) })
  .map(({ xmin, gaps }) => {
    let xid = xmin - 1n;
    const xip = gaps.map((gap) => (xid += gap));
    return makePosition(xip[0] ?? xmin, xid + 2n > xmin ? xid + 2n : xmin, xip);
  });

test(`S6 a cursor is at most ${LIMITS.cursorBytes} bytes, whatever runs and however many scopes (SEED=${seed})`, () => {
  fc.assert(
    fc.property(position, fc.nat(200), (at, count) => {
      const cursor = `${encodePlace(identity, at)}.${encodeGrant(identity.signingKey, at.xmax, scopes(count))}`;
      expect(cursor.length).toBeLessThanOrEqual(LIMITS.cursorBytes);
      const read = readCursor(cursor, identity.signingKey);
      expect(read?.place.epoch).toBe(identity.epoch);
      expect(read?.place.start).toBe(identity.start);
      expect(read?.grant.since).toBe(at.xmax);
      if (read?.place.rounded === false) expect(samePosition(read.place.position, at)).toBe(true);
      else expect(read?.place.position).toEqual(makePosition(at.xmin, at.xmin, []));
    }),
    runs,
  );
});

test('S6 a thousand overlapping transactions in a row still fit exactly', () => {
  const xip = Array.from({ length: 1000 }, (_, index) => 5_000_000_000n + BigInt(index * 3));
  const at = makePosition(5_000_000_000n, 5_000_003_000n, xip);
  const read = readCursor(
    `${encodePlace(identity, at)}.${encodeGrant(identity.signingKey, 1n, scopes(32))}`,
    identity.signingKey,
  );
  expect(read?.place.rounded).toBe(false);
});

test('a cursor says which scopes were held: each of a few, all or none of many', () => {
  const at = makePosition(5n, 9n, [5n]);
  const few = readCursor(
    `${encodePlace(identity, at)}.${encodeGrant(identity.signingKey, 9n, scopes(3))}`,
    identity.signingKey,
  );
  expect([...heldScopes(few?.grant ?? never(), scopes(5))]).toEqual(scopes(3));
  const many = readCursor(
    `${encodePlace(identity, at)}.${encodeGrant(identity.signingKey, 9n, scopes(100))}`,
    identity.signingKey,
  );
  expect(heldScopes(many?.grant ?? never(), scopes(100)).size).toBe(100);
  expect(heldScopes(many?.grant ?? never(), scopes(101)).size).toBe(0);
});

test(`S7 a cursor with any character changed, cut or signed elsewhere is refused (SEED=${seed})`, () => {
  const at = makePosition(5n, 9n, [5n, 7n]);
  const cursor = `${encodePlace(identity, at)}.${encodeGrant(identity.signingKey, 9n, scopes(3))}`;
  expect(readCursor(cursor, 'another key')).toBeUndefined();
  const [place = '', grant = ''] = cursor.split('.');
  for (const forged of [
    '',
    '.',
    place,
    `${place}.`,
    `${grant}.${place}`,
    `${place}.${place}`,
    `${cursor}.${grant}`,
    `${cursor}=`,
    'x'.repeat(2000),
  ]) {
    expect(readCursor(forged, identity.signingKey), forged.slice(0, 20)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCxyz019-_.'), (index, letter) => {
      const changed = cursor.slice(0, index) + letter + cursor.slice(index + 1);
      const read = readCursor(changed, identity.signingKey);
      if (read === undefined) return;
      // The last character of a half may carry unused bits: then it means the same.
      expect(read).toEqual(readCursor(cursor, identity.signingKey));
    }),
    runs,
  );
});

function never(): never {
  throw new Error('the cursor was refused');
}
