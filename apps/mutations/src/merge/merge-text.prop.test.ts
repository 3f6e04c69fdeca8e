import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeText } from './merge-text.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Few words, so that lines repeat; empty lines, so that there are blocks. */
const line = fc.constantFrom(
  '',
  '',
  '',
  'soil',
  'water',
  'pump',
  'sand',
  'clay',
  'loam',
  'rain',
  '- one',
  '- two',
  '# Title',
  ' ',
);
const textOf = fc.array(line, { minLength: 12, maxLength: 30 }).map((lines) => lines.map((text) => `${text}\n`).join(''));
const edit = fc.record({
  at: fc.nat(29),
  remove: fc.nat(2),
  put: fc.array(fc.oneof(line, fc.constantFrom('new', 'other', 'third')), { maxLength: 3 }),
});
const edits = fc.array(edit, { minLength: 1, maxLength: 2 });

function edited(text: string, all: readonly { at: number; remove: number; put: readonly string[] }[], mark: string): string {
  const lines = text.split('\n').slice(0, -1);
  for (const { at, remove, put } of all)
    lines.splice(at % (lines.length + 1), remove, ...put.map((one) => (one === '' ? one : `${one}${mark}`)));
  return lines.map((one) => `${one}\n`).join('');
}

/** How often each line stands in a text. */
function count(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of text.split('\n')) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

test(`D2 no word of either is lost in a clean merge (SEED=${seed})`, () => {
  let clean = 0;
  let different = 0;
  fc.assert(
    fc.property(textOf, edits, edits, (base, mine, others) => {
      const yours = edited(base, mine, ' by you');
      const theirs = edited(base, others, ' by them');
      const merged = mergeText(base, theirs, yours);
      if (merged === undefined) return;
      clean += 1;
      if (yours !== base && theirs !== base && yours !== theirs) different += 1;
      const [was, now] = [count(base), count(merged)];
      for (const side of [yours, theirs]) {
        for (const [text, times] of count(side)) {
          // What this side has more often than the base is there at least so often.
          if (text !== '' && times > (was.get(text) ?? 0)) expect(now.get(text) ?? 0, text).toBeGreaterThanOrEqual(times);
        }
      }
      // And nothing that nobody wrote.
      const [a, b] = [count(yours), count(theirs)];
      for (const text of now.keys()) expect(a.has(text) || b.has(text), text).toBe(true);
      // The order in which they are given does not matter, nor does an unchanged side.
      expect(mergeText(base, yours, theirs)).toBe(merged);
    }),
    { seed, numRuns: 3_000 },
  );
  // Enough of them that the property says something.
  expect(clean).toBeGreaterThan(500);
  expect(different).toBeGreaterThan(150);
});

test(`D2 a side that changed nothing leaves the other as it is (SEED=${seed})`, () => {
  fc.assert(
    fc.property(textOf, edits, (base, mine) => {
      const yours = edited(base, mine, ' by you');
      expect(mergeText(base, base, yours)).toBe(yours);
      expect(mergeText(base, yours, base)).toBe(yours);
      expect(mergeText(base, yours, yours)).toBe(yours);
    }),
    { seed, numRuns: 500 },
  );
});
