import { expect, test } from 'vitest';
import { mergeSave, type LateSave } from './merge-save.ts';

const late = (parts: Partial<LateSave>): LateSave => ({
  yours: {},
  base: {},
  theirs: { title: 'theirs', content: 'a\n\nb\n', position: 'a0' },
  changedSince: () => true,
  isProse: (field) => field === 'content',
  ...parts,
});

test('D2 a field that nobody else changed is taken', () => {
  const merged = mergeSave(late({ yours: { title: 'yours' }, changedSince: (field) => field !== 'title' }));
  expect(merged).toEqual({ taken: { title: 'yours' }, merged: [], conflicts: {} });
});

test('D2 what both changed to the same, and what was sent unchanged, is nothing to write', () => {
  expect(mergeSave(late({ yours: { title: 'theirs' } }))).toEqual({ taken: {}, merged: [], conflicts: {} });
  expect(mergeSave(late({ yours: { title: 'was' }, base: { title: 'was' } }))).toEqual({
    taken: {},
    merged: [],
    conflicts: {},
  });
});

test('D2 what both changed is told with all three sides, and what is fine beside it', () => {
  const yours = { title: 'yours', position: 'b0', content: 'c\n\nb\n' };
  const base = { title: 'was', content: 'A\n\nb\n' };
  expect(mergeSave(late({ yours, base, changedSince: (field) => field !== 'position' }))).toEqual({
    taken: { position: 'b0' },
    merged: [],
    conflicts: {
      title: { base: 'was', theirs: 'theirs', yours: 'yours' },
      content: { base: 'A\n\nb\n', theirs: 'a\n\nb\n', yours: 'c\n\nb\n' },
    },
  });
});

test('D2 long text merges by paragraphs where the base is told, and short text never', () => {
  const base = { content: 'x\n\nb\n', title: 'x\n\nb\n' };
  const yours = { content: 'x\n\nB\n', title: 'x\n\nB\n' };
  const merged = mergeSave(late({ yours, base, theirs: { content: 'a\n\nb\n', title: 'a\n\nb\n' } }));
  // Their first paragraph and your second lie apart.
  expect([merged.taken, merged.merged]).toEqual([{ content: 'a\n\nB\n' }, ['content']]);
  expect(Object.keys(merged.conflicts)).toEqual(['title']);
});

test('D2 without a base any overlap is a conflict', () => {
  const merged = mergeSave(late({ yours: { content: 'a\n\nB\n' } }));
  expect(merged.conflicts).toEqual({ content: { theirs: 'a\n\nb\n', yours: 'a\n\nB\n' } });
});

test('D2 what was changed and changed back is as it was', () => {
  expect(mergeSave(late({ yours: { title: 'yours' }, base: { title: 'theirs' } })).taken).toEqual({ title: 'yours' });
});
