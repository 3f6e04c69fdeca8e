import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordDiff } from './word-diff.ts';

test('W14 two texts are compared word by word, and neighbouring changes are one', () => {
  expect(wordDiff('Wet soil conducts.', 'Dry, hard soil conducts!')).toEqual([
    { kind: 'removed', text: 'Wet ' },
    { kind: 'added', text: 'Dry, hard ' },
    { kind: 'same', text: 'soil conducts' },
    { kind: 'removed', text: '.' },
    { kind: 'added', text: '!' },
  ]);
  expect(wordDiff('one two three', 'eins zwei three')).toEqual([
    { kind: 'removed', text: 'one two' },
    { kind: 'added', text: 'eins zwei' },
    { kind: 'same', text: ' three' },
  ]);
  expect([wordDiff('', ''), wordDiff('a', 'a')]).toEqual([[], [{ kind: 'same', text: 'a' }]]);
});

test('W14 no character of either is lost between the words', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '.', 'ä', '😀', '漢', '_'), maxLength: 20 });
  fc.assert(
    fc.property(text, text, (from, to) => {
      const runs = wordDiff(from, to);
      const without = (kind: string): string => runs.map((run) => (run.kind === kind ? '' : run.text)).join('');
      expect([without('added'), without('removed')]).toEqual([from, to]);
    }),
  );
});
