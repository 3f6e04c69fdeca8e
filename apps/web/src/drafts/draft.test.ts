import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  changesOf,
  rebase,
  saved,
  sending,
  typeInto,
  UNTOUCHED,
  valueOf,
  type Draft,
  type Fields,
  type Ground,
} from './draft.ts';

const on = (row: Fields): Ground => ({ row, kindOf: (field) => (field === 'text' ? 'prose' : 'line') });
const shown = (draft: Draft, ground: Ground, field: string): string => valueOf(rebase(draft, ground), ground, field);

const row = { title: 'A', text: 'one\n\ntwo\n' };

test('W6 an untouched field follows the row, a touched one keeps what was typed', () => {
  const draft = typeInto(UNTOUCHED, on(row), 'title', 'B');
  const next = on({ title: 'A', text: 'TWO' });
  expect([shown(draft, next, 'title'), shown(draft, next, 'text')]).toEqual(['B', 'TWO']);
  expect(changesOf(rebase(draft, next), next)).toEqual({ title: 'B' });
  expect(typeInto(draft, on(row), 'title', 'A')).toEqual(UNTOUCHED);
  // A line is no text of paragraphs: somebody else's stays out of it.
  expect(shown(draft, on({ ...row, title: 'C' }), 'title')).toBe('B');
});

test('W6 another paragraph that somebody else changes comes in beside what is typed, and is no change of one’s own', () => {
  const draft = typeInto(UNTOUCHED, on(row), 'text', 'one\n\ntwo and more\n');
  const next = on({ ...row, text: 'ONE\n\ntwo\n\nthree\n' });
  expect(shown(draft, next, 'text')).toBe('ONE\n\ntwo and more\n\nthree\n');
  // Typing goes on from what is shown, and lies on what they saved.
  const typed = typeInto(draft, next, 'text', 'ONE\n\ntwo and more!\n\nthree\n');
  expect(typed['text']).toMatchObject({ base: next.row['text'] });
  const again = on({ ...row, text: 'ONE\n\ntwo\n\nthree and four\n' });
  expect(shown(typed, again, 'text')).toBe('ONE\n\ntwo and more!\n\nthree and four\n');
  // Whoever takes back all they typed has only theirs left.
  expect(typeInto(typed, next, 'text', next.row['text'] ?? '')).toEqual(UNTOUCHED);
});

test('W6 where both changed one paragraph, one’s own stays, and the others come in all the same', () => {
  const draft = typeInto(UNTOUCHED, on(row), 'text', 'one\n\nmy two\n');
  const next = on({ ...row, text: 'ONE\n\ntheir two\n' });
  expect(shown(draft, next, 'text')).toBe('ONE\n\nmy two\n');
  const typed = typeInto(draft, next, 'text', 'ONE\n\nmy own two\n');
  expect(typed['text']).toEqual({ base: 'ONE\n\ntwo\n', typed: 'ONE\n\nmy own two\n' });
});

test('W6 laid on a row, and on the same one again, a draft has all that was typed', () => {
  const paragraph = fc.constantFrom('a\n', 'b\n', '\n', '\n', '- d\n- e\n');
  const textWith = (word: string): fc.Arbitrary<string> =>
    fc.array(fc.oneof(paragraph, fc.constant(`${word}\n`)), { maxLength: 8 }).map((blocks) => blocks.join(''));
  const words = (draft: Draft, word: string): number => (draft['text']?.typed ?? '').split(word).length;
  let [merged, clashing] = [0, 0];
  fc.assert(
    fc.property(textWith('a'), textWith('mine'), textWith('theirs'), (base, typed, theirs) => {
      const ground = on({ text: theirs });
      const draft: Draft = { text: { base, typed } };
      const once = rebase(draft, ground);
      const twice = rebase(once, ground);
      if (once['text'] === undefined) return;
      expect(words(once, 'mine')).toBe(words(draft, 'mine'));
      expect(words(twice, 'mine')).toBe(words(draft, 'mine'));
      if (once['text'].base !== theirs) clashing += 1;
      else {
        merged += 1;
        expect(twice).toEqual(once);
        expect(words(once, 'theirs')).toBe(theirs.split('theirs').length);
      }
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(merged, clashing)).toBeGreaterThan(50);
});

test('W6 a save ends the edits that it carried, and no letter that was typed meanwhile is lost', () => {
  const sent = typeInto(typeInto(UNTOUCHED, on(row), 'title', 'B'), on(row), 'text', 'one\n\n2\n');
  const later = typeInto(sending(sent, sent), on(row), 'text', 'one\n\n2 and 3\n');
  const left = saved(later, sent);
  expect(left).toMatchObject({ text: { base: 'one\n\n2\n', typed: 'one\n\n2 and 3\n' } });
  // The server has merged what was sent with what somebody else had saved.
  const answer = on({ title: 'B', text: 'ONE\n\n2\n' });
  expect([shown(left, answer, 'title'), shown(left, answer, 'text')]).toEqual(['B', 'ONE\n\n2 and 3\n']);
});

test('W6 one’s own save that the stream brings before its answer, or without one, is nobody else’s', () => {
  const sent = typeInto(typeInto(UNTOUCHED, on(row), 'title', ' B '), on(row), 'text', 'one\n\n2\n');
  const later = typeInto(typeInto(sending(sent, sent), on(row), 'text', 'one\n\n2 and 3\n'), on(row), 'title', 'BB');
  // As it was stored: a title without space around it, the text with somebody else's first paragraph.
  const stored = on({ title: 'B', text: 'ONE\n\n2\n' });
  expect(rebase(later, stored)).toMatchObject({
    title: { base: 'B', typed: 'BB' },
    text: { base: stored.row['text'], typed: 'ONE\n\n2 and 3\n' },
  });
});
