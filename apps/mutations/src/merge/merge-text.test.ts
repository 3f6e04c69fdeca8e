import { expect, test } from 'vitest';
import { blocksOf } from './blocks-of.ts';
import { mergeParts } from './merge-parts.ts';
import { mergeText } from './merge-text.ts';

const BASE = '# Soil\n\nWet soil conducts.\n\n- one\n- two\n\nThe end.\n';

test('D2 what each has done to another paragraph is in the merge', () => {
  const theirs = BASE.replace('Wet soil', 'Wet, salty soil');
  const yours = BASE.replace('The end.', 'The end of it.');
  expect(mergeText(BASE, theirs, yours)).toBe('# Soil\n\nWet, salty soil conducts.\n\n- one\n- two\n\nThe end of it.\n');
});

test('D2 paragraphs that are added, moved together and taken away in different places merge', () => {
  const theirs = BASE.replace('\n\n- one', '\n\nAdded by them.\n\nAnd more.\n\n- one');
  const yours = BASE.replace('# Soil\n\n', '# Soil\n\nAdded by you.\n\n');
  expect(mergeText(BASE, theirs, yours)).toBe(
    '# Soil\n\nAdded by you.\n\nWet soil conducts.\n\nAdded by them.\n\nAnd more.\n\n- one\n- two\n\nThe end.\n',
  );
  expect(mergeText(BASE, BASE.replace('- one\n- two\n\n', ''), yours)).toBe(yours.replace('- one\n- two\n\n', ''));
});

test('D2 two who change one paragraph, or add something at one place, do not merge', () => {
  const change = (text: string): string => BASE.replace('Wet soil', text);
  expect(mergeText(BASE, change('Dry soil'), change('Moist soil'))).toBeUndefined();
  expect(mergeText(BASE, BASE.replace('- one', '- 1'), BASE.replace('- two', '- 2'))).toBeUndefined();
  expect(mergeText(BASE, `${BASE}\nTheirs.\n`, `${BASE}\nYours.\n`)).toBeUndefined();
  expect(mergeText(BASE, '', change('Moist soil'))).toBeUndefined();
});

test('D2 what is written before or after a paragraph leaves its words to whoever changes them, with or without a last line end', () => {
  for (const end of ['', '\n']) {
    const base = `# Soil\n\nLast${end}`;
    const changed = `# Soil\n\nLast of all${end}`;
    expect(mergeText(base, `# Soil\n\nLast\n\nMore${end}`, changed)).toBe(`# Soil\n\nLast of all\n\nMore${end}`);
    expect(mergeText(base, changed, `# Soil\n\nLess\n\nLast${end}`)).toBe(`# Soil\n\nLess\n\nLast of all${end}`);
    // Both write after it, or one of them changes it as well.
    expect(mergeText(base, `${base}\n\nMore`, `${base}\n\nMuch`)).toBeUndefined();
    expect(mergeText(base, `# Soil\n\nFirst\n\nMore${end}`, changed)).toBeUndefined();
  }
});

test('D2 two who differ in nothing but space at the end do not have to decide', () => {
  expect(mergeText('a\n\nb', 'a\n\nc\n', 'a\n\nc')).toBe('a\n\nc\n');
  expect(mergeText('a\n\nb\n', 'a\n\n\nb\n', 'a\n\n\n\nb\n')).toBe('a\n\n\n\nb\n');
});

test('D2 a clash is no wider than what the two differ in', () => {
  expect(mergeParts('A\n\nLast', 'A\n\nLast\n\nTheirs', 'A\n\nLast\n\nYours')).toEqual([
    { kind: 'agreed', text: 'A\n\nLast\n\n', theirs: 'A\n\nLast\n\n' },
    { kind: 'clash', base: '', theirs: 'Theirs', yours: 'Yours' },
  ]);
  expect(mergeParts('P\n', 'X\n\nY\n', 'X\n')).toEqual([{ kind: 'clash', base: 'P\n', theirs: 'X\n\nY\n', yours: 'X\n' }]);
});

test('D2 the same change on both sides is one change', () => {
  const both = BASE.replace('The end.', 'Fin.');
  expect(mergeText(BASE, both, both)).toBe(both);
  expect(mergeText(BASE, both.replace('- one', '- 1'), both)).toBe(both.replace('- one', '- 1'));
});

test.each(['', '\n', '\n\n\n', 'a', 'a\n', '\r\na\r\n\r\nb', '  \n\t\nx\n \n', 'constructor\n\n__proto__\n'])(
  'blocks joined are the text again: %j',
  (text) => {
    expect(blocksOf(text).join('')).toBe(text);
    expect(mergeText(text, text, text)).toBe(text);
  },
);

test('D2 a text as long as can be is merged, and what cannot be compared in bounded time is left to people', () => {
  const long = Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n\n');
  const theirs = long.replace('line 0\n', 'theirs\n').replace('line 500\n', 'line 499\n');
  const yours = long.replace('line 19999', 'yours').replace('line 7\n', 'line 8\n');
  const both = theirs.replace('line 19999', 'yours').replace('line 7\n', 'line 8\n');
  expect(mergeText(long, theirs, yours)).toBe(both);
  const same = 'a\n\n'.repeat(60_000);
  expect(mergeText(same, `b\n\n${same}`, `${same}c\n`)).toBeUndefined();
});

test('D2 a paragraph that one moves stays moved beside what the other writes', () => {
  const moved = '# Soil\n\n- one\n- two\n\nThe end.\n\nWet soil conducts.\n\n';
  expect(mergeText(BASE, moved, BASE.replace('# Soil', '# Soils'))).toBe(moved.replace('# Soil', '# Soils'));
});
