import { expect, test } from 'vitest';
import { changesOf, clashesOf, keepMine, saved, takeTheirs, typeInto, UNTOUCHED, valueOf } from './draft.ts';

const row = { title: 'A', text: 'one' };

test('W6 an untouched field follows the row, a touched one keeps what was typed', () => {
  const draft = typeInto(UNTOUCHED, row, 'title', 'B');
  const next = { title: 'A', text: 'two' };
  expect([valueOf(draft, next, 'title'), valueOf(draft, next, 'text')]).toEqual(['B', 'two']);
  expect([changesOf(draft, next), clashesOf(draft, next)]).toEqual([{ title: 'B' }, []]);
  expect(typeInto(draft, row, 'title', 'A')).toEqual(UNTOUCHED);
});

test('W6 two changes of one field clash, show base, theirs and mine, and end by choice', () => {
  const draft = typeInto(typeInto(UNTOUCHED, row, 'title', 'B'), row, 'title', 'BB');
  const next = { ...row, title: 'C' };
  expect(clashesOf(draft, next)).toEqual([{ field: 'title', base: 'A', theirs: 'C', typed: 'BB' }]);
  const mine = keepMine(draft, next, 'title');
  expect([clashesOf(mine, next), changesOf(mine, next)]).toEqual([[], { title: 'BB' }]);
  expect(clashesOf(mine, { ...row, title: 'D' })).toHaveLength(1);
  expect(valueOf(takeTheirs(draft, 'title'), next, 'title')).toBe('C');
  expect(clashesOf(draft, { ...row, title: 'BB' })).toEqual([]);
  // Typing the other one's text by hand, and back to the base, is still a touched field.
  expect(clashesOf(typeInto(draft, next, 'title', 'A'), next)).toHaveLength(1);
});

test('W6 a save ends the edits that it carried, and no letter that was typed meanwhile is lost', () => {
  const sent = typeInto(typeInto(UNTOUCHED, row, 'title', 'B'), row, 'text', 'two');
  const later = typeInto(sent, row, 'text', 'two three');
  const left = saved(later, changesOf(sent, row));
  expect(left).toEqual({ text: { base: 'two', typed: 'two three' } });
  expect(clashesOf(left, { title: 'B', text: 'two' })).toEqual([]);
  expect(valueOf(left, { title: 'B', text: 'two' }, 'text')).toBe('two three');
});
