import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsFor, Digest, MOST_BUCKETS } from './digest.ts';
import { readIntegrityRequest } from './integrity-request.ts';
import { bucketOf, canonicalJson, formatHash, hashRow, parseHash } from './row-hash.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
const runs = { seed, numRuns: 200 };

const rows = fc.uniqueArray(
  fc.tuple(fc.constantFrom('note', 'tick'), fc.string(), fc.dictionary(fc.string(), fc.jsonValue())),
  {
    selector: ([table, key]) => JSON.stringify([table, key]),
    maxLength: 60,
  },
);

type Rows = readonly (readonly [string, string, object])[];
function digestOf(of: Rows): Digest {
  const digest = new Digest();
  for (const [table, key, row] of of) digest.add(table, key, row);
  return digest;
}

test(`IN1 a digest is the same in whatever order rows and columns come, also after JSON (SEED=${seed})`, () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(1, 2, 64, MOST_BUCKETS), (some, buckets) => {
      const turned = some.toReversed().map(([table, key, row]) => {
        const reordered = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(row)) as object).toReversed());
        return [table, key, reordered] as const;
      });
      expect(digestOf(turned).sums(buckets)).toEqual(digestOf(some).sums(buckets));
    }),
    runs,
  );
});

test(`IN1 a row that is missing, surplus or altered shows in its bucket and in no other (SEED=${seed})`, () => {
  fc.assert(
    fc.property(rows, fc.nat(59), fc.constantFrom('missing', 'surplus', 'altered'), (some, at, what) => {
      fc.pre(at < some.length);
      const whole = digestOf(some);
      const [table, key, row] = some[at] as Rows[number];
      const others = some.filter((_, index) => index !== at);
      const wrong: Rows =
        what === 'missing'
          ? others
          : what === 'altered'
            ? [...others, [table, key, { ...row, '': 'altered', altered: canonicalJson(row) }]]
            : [...some, [table, `${key}, and more`, row]];
      const bucket = bucketOf(table, what === 'surplus' ? `${key}, and more` : key, 64);
      fc.pre(what !== 'surplus' || !some.some((one) => one[1] === `${key}, and more` && one[0] === table));
      const [before, after] = [whole.sums(64), digestOf(wrong).sums(64)];
      expect(before.flatMap((sum, index) => (sum === after[index] ? [] : [index]))).toEqual([bucket]);
    }),
    runs,
  );
});

test('IN1 the hashes of rows are these, in whatever language they are made', () => {
  const hash = (row: object): string => formatHash(hashRow('note', 'n1', row));
  expect(canonicalJson({ b: [1.0, { d: null, c: 'é\u2028' }], a: -0 })).toBe('{"a":0,"b":[1,{"c":"é\u2028","d":null}]}');
  expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":1e21}'))).toBe('{"__proto__":{"x":1},"a":1e+21}');
  expect([hash({}), hash({ id: 'n1', body: 'A text.' }), hash({ body: 'A text.', id: 'n1' })]).toMatchInlineSnapshot(`
    [
      "81949f3c4c291df8",
      "a523d789c4e7fe35",
      "a523d789c4e7fe35",
    ]
  `);
});

test('IN1 the buckets of a digest are the halves of twice as many', () => {
  const digest = digestOf(Array.from({ length: 500 }, (_, n) => ['note', String(n), { n }] as const));
  const all = Array.from({ length: MOST_BUCKETS }, (_, bucket) => digest.rowsOf(bucket, MOST_BUCKETS)).flat();
  expect(new Set(all).size).toBe(500);
  expect(new Set([...digest.rowsOf(3, 8), ...digest.rowsOf(7, 8)])).toEqual(new Set(digest.rowsOf(3, 4)));
  expect(digest.rowsOf(5, 8).every(({ table, key }) => bucketOf(table, key, 8) === 5)).toBe(true);
});

test('IN1 few rows are one bucket, and no scope has more than 1,024', () => {
  expect([0, 1, 16, 17, 200_000, 10_000_000].map(bucketsFor)).toEqual([1, 1, 1, 2, 1024, 1024]);
});

test('IN6 a request that is none is read as none', () => {
  const sum = '0123456789abcdef';
  const good = {
    cursor: 'c',
    digests: [{ scope: 's', sums: [sum, sum] }],
    rows: [{ scope: 's', of: 4, buckets: [3], rows: [] }],
  };
  expect(readIntegrityRequest(good)).toEqual(good);
  expect(readIntegrityRequest({ cursor: 'c' })).toEqual({ cursor: 'c', digests: [], rows: [] });
  const wrong: unknown[] = [
    null,
    [],
    'text',
    {},
    { cursor: 1 },
    { cursor: 'c', more: 1 },
    { cursor: 'c', digests: {} },
    { cursor: 'c', digests: [{ scope: 's', sums: [] }] },
    { cursor: 'c', digests: [{ scope: 's', sums: [sum, sum, sum] }] },
    { cursor: 'c', digests: [{ scope: 's', sums: ['x'] }] },
    { cursor: 'c', digests: [{ scope: 's', sums: Array.from({ length: 2048 }, () => sum) }] },
    { cursor: 'c', rows: [{ scope: 's', of: 3, buckets: [], rows: [] }] },
    { cursor: 'c', rows: [{ scope: 's', of: 4, buckets: [4], rows: [] }] },
    { cursor: 'c', rows: [{ scope: 's', of: 4, buckets: [1.5], rows: [] }] },
    { cursor: 'c', rows: [{ scope: 's', of: 4, buckets: [1], rows: [['t', 'k']] }] },
    { cursor: 'c', rows: [{ scope: 's', of: 4, buckets: [1], rows: [['t', 'k', 'x']] }] },
  ];
  for (const body of wrong) expect(readIntegrityRequest(body)).toBeUndefined();
  expect(parseHash(sum)).toEqual({ high: 0x01234567, low: 0x89abcdef });
  expect(parseHash('0123456789ABCDEF')).toBeUndefined();
});
