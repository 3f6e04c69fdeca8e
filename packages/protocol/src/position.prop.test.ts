import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, formatPosition, makePosition, parsePosition, samePosition, sees, type Position } from './position.ts';
import { decodePosition, encodePosition } from './position-codec.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
const runs = { seed, numRuns: 500 };
/** Beyond 32 bits, and beyond what a double can count. */
const BASES = [0n, 3n, 4_294_967_290n, 9_007_199_254_740_990n, 18_446_744_073_709_551_000n];

const position: fc.Arbitrary<Position> = fc
  .record({ base: fc.constantFrom(...BASES), width: fc.nat(40), running: fc.uniqueArray(fc.nat(39), { maxLength: 20 }) })
  .map(({ base, width, running }) => {
    const xip = running
      .filter((offset) => offset < width)
      .toSorted((a, b) => a - b)
      .map((offset) => base + BigInt(offset));
    return makePosition(base, base + BigInt(width), xip);
  });

const around = ({ xmin, xmax }: Position): bigint[] => {
  const xids: bigint[] = [];
  for (let xid = xmin > 2n ? xmin - 2n : 0n; xid < xmax + 2n; xid += 1n) xids.push(xid);
  return xids;
};

test(`PostgreSQL's text form survives (SEED=${seed})`, () => {
  fc.assert(
    fc.property(position, (at) => {
      expect(samePosition(parsePosition(formatPosition(at)), at)).toBe(true);
    }),
    runs,
  );
});

test(`contains is inclusion of what is seen (SEED=${seed})`, () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      fc.pre(a.xmin >> 16n === b.xmin >> 16n);
      const inclusion = [...around(a), ...around(b)].every((xid) => !sees(b, xid) || sees(a, xid));
      expect(contains(a, b)).toBe(inclusion);
    }),
    runs,
  );
});

test(`a position that fits is encoded exactly (SEED=${seed})`, () => {
  fc.assert(
    fc.property(position, (at) => {
      const decoded = decodePosition(encodePosition(at, 512));
      expect(decoded.rounded).toBe(false);
      expect(samePosition(decoded.position, at)).toBe(true);
    }),
    runs,
  );
});

test(`S6 a position that does not fit is rounded down to one that it contains (SEED=${seed})`, () => {
  fc.assert(
    fc.property(position, fc.integer({ min: 11, max: 24 }), (at, bytes) => {
      const encoded = encodePosition(at, bytes);
      expect(encoded.length).toBeLessThanOrEqual(bytes);
      const decoded = decodePosition(encoded);
      expect(contains(at, decoded.position)).toBe(true);
      expect(decoded.rounded || samePosition(decoded.position, at)).toBe(true);
    }),
    runs,
  );
});

test(`damaged bytes are refused or mean some position, never anything else (SEED=${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        expect(decodePosition(bytes).position.xmax).toBeGreaterThanOrEqual(0n);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    runs,
  );
});

test('texts that are not positions are refused', () => {
  for (const text of ['', '1:2', '2:1:', '1:5:5', '1:5:0', '1:5:3,3', '1:5:4,3', '-1:2:', '1:2:x', ' 1:2:'])
    expect(() => parsePosition(text)).toThrow(RangeError);
});

test('S6 xid arithmetic holds beyond 32 bits, and where ids pass them', () => {
  const border = 2n ** 32n;
  const at = parsePosition(`${border - 3n}:${border + 5n}:${border - 3n},${border},${border + 2n}`);
  const seen = [-5n, -4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n, 5n, 6n].filter((offset) => sees(at, border + offset));
  expect(seen).toEqual([-5n, -4n, -2n, -1n, 1n, 3n, 4n]);
  // The same lower 32 bits, one epoch of ids earlier and later.
  for (const offset of [-3n, 0n, 2n, 5n]) {
    expect(sees(at, offset + 4n), 'long ago').toBe(true);
    expect(sees(at, border + border + offset), 'not yet').toBe(false);
  }
  const before = parsePosition(`${border - 4n}:${border - 1n}:${border - 4n}`);
  expect([contains(at, before), contains(before, at)]).toEqual([false, false]);
  expect(contains(at, parsePosition(`${border - 4n}:${border - 3n}:`))).toBe(true);
  expect(contains(at, parsePosition('4294967200:4294967201:'))).toBe(true);
  expect(contains(parsePosition('5:5:'), at)).toBe(false);
  expect(samePosition(decodePosition(encodePosition(at, 512)).position, at)).toBe(true);
});
