import { expect, test } from 'vitest';
import { clashesOf, outcomeOf, settled, waysByField, waysOf, type Decision } from './conflict.ts';
import { changesOf, rebase, typeInto, UNTOUCHED, valueOf, type Draft, type Fields, type Ground } from './draft.ts';

const on = (row: Fields): Ground => ({
  row,
  kindOf: (field) => (field === 'text' ? 'prose' : field === 'status' ? 'choice' : 'line'),
});

const row = { title: 'A', text: 'one\n\ntwo\n\nthree\n', status: 'ready' };
const theirs = on({ title: 'A', text: 'ONE\n\ntheir two\n\ntheir three\n', status: 'ready' });

/** Two paragraphs clash, the first comes in unasked. */
const draft = rebase(typeInto(UNTOUCHED, on(row), 'text', 'one\n\nmy two\n\nmy three\n'), theirs);

/** What the text becomes when the two clashes are decided so. */
function decidedAs(first: Decision, second: Decision): string {
  const [a, b] = clashesOf(draft, theirs);
  const next = settled(draft, theirs, { [a?.key ?? '']: first, [b?.key ?? '']: second });
  expect(clashesOf(next, theirs)).toEqual([]);
  return valueOf(next, theirs, 'text');
}

test('W30 each place that two have changed is shown with base, theirs and yours; what only one changed is not', () => {
  expect(clashesOf(draft, theirs)).toMatchObject([
    { field: 'text', kind: 'prose', base: 'two', theirs: 'their two', yours: 'my two' },
    { field: 'text', kind: 'prose', base: 'three', theirs: 'their three', yours: 'my three' },
  ]);
  const titles = typeInto(typeInto(UNTOUCHED, on(row), 'title', 'B'), on(row), 'title', 'BB');
  const next = on({ ...row, title: 'C' });
  expect(clashesOf(titles, next)).toMatchObject([{ field: 'title', kind: 'line', base: 'A', theirs: 'C', yours: 'BB' }]);
  // The same on both sides, and what another field became, are no clash.
  expect(clashesOf(titles, on({ ...row, title: 'BB' }))).toEqual([]);
  expect(clashesOf(titles, on({ ...row, text: 'other' }))).toEqual([]);
  // Typing the other one's text by hand, and back to the base, is still a touched field.
  expect(clashesOf(typeInto(titles, next, 'title', 'A'), next)).toHaveLength(1);
});

test('W30 a choice is made of two, a text may become both or a third', () => {
  const clash = { key: '', field: '', base: '', theirs: 'T', yours: 'Y' };
  expect(waysOf({ ...clash, kind: 'choice' })).toEqual(['mine', 'theirs']);
  expect(waysOf({ ...clash, kind: 'line' })).toEqual(['mine', 'theirs', 'own']);
  expect(waysOf({ ...clash, kind: 'prose' })).toEqual(['mine', 'theirs', 'both', 'own']);
  // Where one took the paragraph away there are no two to keep.
  expect(waysOf({ ...clash, kind: 'prose', theirs: '' })).toEqual(['mine', 'theirs', 'own']);
  expect(outcomeOf({ ...clash, kind: 'prose' }, { way: 'both' })).toBe('T\n\nY');
});

test('W31 the text becomes what was decided of each place, with everything else of both', () => {
  expect(decidedAs({ way: 'mine' }, { way: 'mine' })).toBe('ONE\n\nmy two\n\nmy three\n');
  expect(decidedAs({ way: 'theirs' }, { way: 'theirs' })).toBe(theirs.row['text']);
  expect(decidedAs({ way: 'theirs' }, { way: 'both' })).toBe('ONE\n\ntheir two\n\ntheir three\n\nmy three\n');
  expect(decidedAs({ way: 'own', text: 'our two' }, { way: 'own', text: '' })).toBe('ONE\n\nour two\n\n');
});

test('W31 what was decided lies on what the other one saved: their next save merges, or is asked about again', () => {
  const [a, b] = clashesOf(draft, theirs);
  const next = settled(draft, theirs, { [a?.key ?? '']: { way: 'mine' }, [b?.key ?? '']: { way: 'theirs' } });
  expect(changesOf(next, theirs)).toEqual({ text: 'ONE\n\nmy two\n\ntheir three\n' });
  const apart = on({ ...theirs.row, text: 'ONE\n\ntheir two\n\ntheir three!\n' });
  expect(valueOf(rebase(next, apart), apart, 'text')).toBe('ONE\n\nmy two\n\ntheir three!\n');
  const same = on({ ...theirs.row, text: 'ONE\n\ntheir second two\n\ntheir three\n' });
  expect(clashesOf(rebase(next, same), same)).toMatchObject([
    { base: 'their two', theirs: 'their second two', yours: 'my two' },
  ]);
});

test('W30 what is not decided stays, and a decision stays with its place while both go on writing', () => {
  const [a] = clashesOf(draft, theirs);
  const half: Draft = settled(draft, theirs, { [a?.key ?? '']: { way: 'mine' } });
  expect(half).toEqual(draft);
  const typed = typeInto(draft, theirs, 'text', 'ONE\n\nmy own two\n\nmy three\n');
  const later = on({ ...theirs.row, text: 'ONE\n\ntheir other two\n\ntheir three\n' });
  expect(clashesOf(rebase(typed, later), later)[0]).toMatchObject({
    key: a?.key,
    theirs: 'their other two',
    yours: 'my own two',
  });
});

test('W31 how it was decided is told field by field', () => {
  const [a, b] = clashesOf(draft, theirs);
  const decisions = { [a?.key ?? '']: { way: 'both' }, [b?.key ?? '']: { way: 'own', text: 'x' } } as const;
  expect(waysByField(clashesOf(draft, theirs), decisions)).toEqual({ text: ['both', 'own'] });
});

test('W30 both wrote after the end of a text without a last line end: each is parted from what stands before', () => {
  const ground = on({ ...row, text: 'one\n\ntheirs' });
  const both = rebase(typeInto(UNTOUCHED, on({ ...row, text: 'one' }), 'text', 'one\n\nmine'), ground);
  const [clash] = clashesOf(both, ground);
  expect(clash).toMatchObject({ base: '', theirs: 'theirs', yours: 'mine' });
  const next = settled(both, ground, { [clash?.key ?? '']: { way: 'both' } });
  expect(valueOf(next, ground, 'text')).toBe('one\n\ntheirs\n\nmine');
});
