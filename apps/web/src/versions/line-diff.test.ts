import { expect, test } from 'vitest';
import { lineDiff, type DiffLine } from './line-diff.ts';

/** The texts that a difference tells of. */
function sides(lines: readonly DiffLine[]): { from: string[]; to: string[] } {
  const of = (...kinds: string[]): string[] =>
    lines.flatMap((line) => (line.kind !== 'skipped' && kinds.includes(line.kind) ? [line.text] : []));
  return { from: of('same', 'removed'), to: of('same', 'added') };
}

test('W14 two texts are compared line by line; what is equal and far away is folded', () => {
  const text = Array.from({ length: 20 }, (_, line) => `line ${line}`);
  const other = text.toSpliced(10, 1, 'new', 'newer');
  const lines = lineDiff(text.join('\n'), other.join('\n'));
  expect(lines).toEqual([
    { kind: 'skipped', lines: 8 },
    { kind: 'same', text: 'line 8' },
    { kind: 'same', text: 'line 9' },
    { kind: 'removed', text: 'line 10' },
    { kind: 'added', text: 'new' },
    { kind: 'added', text: 'newer' },
    { kind: 'same', text: 'line 11' },
    { kind: 'same', text: 'line 12' },
    { kind: 'skipped', lines: 7 },
  ]);
  expect(lineDiff('a\nb', 'a\nb')).toEqual([{ kind: 'skipped', lines: 2 }]);
});

test('W14 nothing is lost of either text, whatever they have in common', () => {
  for (let n = 0; n < 300; n += 1) {
    const some = (seed: number): string[] =>
      Array.from({ length: (n * seed) % 9 }, (_, i) => 'abc'[(n * seed + i * i) % 3] ?? 'a');
    const [from, to] = [some(7).join('\n'), some(13).join('\n')];
    const lines = lineDiff(from, to);
    const folded = lines.reduce((sum, line) => sum + (line.kind === 'skipped' ? line.lines : 0), 0);
    const told = sides(lines);
    expect([told.from.length + folded, told.to.length + folded]).toEqual([from.split('\n').length, to.split('\n').length]);
    if (folded === 0) expect([told.from.join('\n'), told.to.join('\n')]).toEqual([from, to]);
  }
  const [long, longer] = [Array.from({ length: 3000 }, (_, i) => `a${i}`), Array.from({ length: 3000 }, (_, i) => `b${i}`)];
  const told = sides(lineDiff(long.join('\n'), longer.join('\n')));
  expect(told.from.join() === long.join() && told.to.join() === longer.join()).toBe(true);
});
