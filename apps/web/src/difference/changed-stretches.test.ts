import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedStretches, movedPlace } from './changed-stretches.ts';

function made(before: string, after: string): string {
  let [text, place] = ['', 0];
  for (const { from, to, insert } of changedStretches(before, after)) {
    expect(from).toBeGreaterThanOrEqual(place);
    text += before.slice(place, from) + insert;
    place = to;
  }
  return text + before.slice(place);
}

test('W6 a text that somebody else saved replaces only what differs', () => {
  expect(changedStretches('one two three', 'one 2 three')).toEqual([{ from: 4, to: 7, insert: '2' }]);
  expect(changedStretches('a\n\nmine\n\nb\n', 'A\n\nmine\n\nB\n')).toEqual([
    { from: 0, to: 1, insert: 'A' },
    { from: 9, to: 10, insert: 'B' },
  ]);
  expect(changedStretches('same', 'same')).toEqual([]);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(made(before, after)).toBe(after);
    }),
  );
});

test('W6 a caret stays before the letter before which it stood, whatever is written elsewhere', () => {
  const [before, after] = ['a\n\nmine\n\nb\n', 'A, and more\n\nmine\n\nB\n'];
  const stretches = changedStretches(before, after);
  const caret = before.indexOf('ne');
  expect(after.slice(movedPlace(caret, stretches))).toBe('ne\n\nB\n');
  expect([movedPlace(0, stretches), movedPlace(before.length, stretches)]).toEqual([0, after.length]);
  // What it stood in is gone: it stands where the new text ends.
  expect(movedPlace(2, changedStretches('abcd', 'aXXd'))).toBe(3);
});
