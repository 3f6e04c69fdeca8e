import { expect, test } from 'vitest';
import { changedMiddle } from './changed-middle.ts';

test('W6 a text that somebody else saved replaces only what differs', () => {
  const texts = ['', 'a', 'aa', 'aba', 'one two three', 'one 2 three', 'one two', 'two three', 'x'];
  for (const before of texts) {
    for (const after of texts) {
      const change = changedMiddle(before, after);
      const made = change === undefined ? before : before.slice(0, change.from) + change.insert + before.slice(change.to);
      expect(made).toBe(after);
    }
  }
  expect(changedMiddle('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
});
