import { expect, test } from 'vitest';
import { readPage } from './page-source.ts';
import { rewritePage } from './rewrite-page.ts';

const converted = (text: string): string => rewritePage(readPage('a.md', text), () => 'keep').content;
const dropped = (text: string): object => Object.fromEntries(readPage('a.md', text).dropped);

test.each([
  ['a <b>bold</b> <I>slanted</I> <kbd>Ctrl</kbd>', 'a **bold** *slanted* `Ctrl`'],
  ['x<sup>2</sup> H<sub>2</sub>O<br>y<br/>z', 'x<sup>2</sup> H<sub>2</sub>O<br>y<br/>z'],
  ['x<sup class="a">2</sup>', 'x<sup>2</sup>'],
  ['<details>\n<summary>More</summary>\n\ntext\n\n</details>', '**More**\n\ntext'],
  ['<a href="https://example.org?a=1&amp;b=2">x</a> <a name="here"></a>', '[x](<https://example.org?a=1&b=2>)'],
  ['<img src="a b.png" alt="A [b]" width="10">', '![A b](<a b.png>)'],
  ['<p align="center">middle</p>', 'middle'],
  ['<h2>Two</h2>', '## Two'],
  ['<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
  ['a<!-- hidden -->b', 'ab'],
  ['Replace <location> with <key>', 'Replace <location> with <key>'],
  ['`<b>` and\n\n```html\n<b>x</b>\n```', '`<b>` and\n\n```html\n<b>x</b>\n```'],
  ['\\<b>', '\\<b>'],
  ['<https://example.org> <a@example.org>', '<https://example.org> <a@example.org>'],
  ['<iframe src="https://video.example/1"></iframe>', '<https://video.example/1>'],
  ['a<script>alert(1)</script>b', 'ab'],
])('IM3 %s', (text, expected) => {
  expect(converted(text).replaceAll(/\n{3,}/g, '\n\n')).toBe(expected);
});

test('IM3 in a table everything stays in its line, in a list at its depth', () => {
  expect(converted('| a | b |\n|---|---|\n| <p>x</p><ul><li>y</li></ul> | z |')).toBe('| a | b |\n|---|---|\n|  x   y  | z |');
  expect(
    converted('- a\n  <details><summary>b</summary>c</details>\n- d')
      .replaceAll(/ +\n/g, '\n')
      .replaceAll(/\n{2,}/g, '\n\n'),
  ).toBe('- a\n\n  **b**\n\n  c\n\n- d');
});

test('IM3 what has no counterpart is told by name, and its text stays', () => {
  const text = '<table><tr><td>a</td><td>b</td></tr></table>\n\n<style>a{}</style>';
  expect(converted(text).replaceAll(/\s+/g, ' ')).toBe('a b');
  expect(dropped(text)).toEqual({ table: 1, tr: 1, td: 2, style: 1 });
  expect(dropped('<b>a</b><sub>b</sub><br> `<table>`')).toEqual({});
});

test('IM3 a page is its title, from front matter or the first heading, and the rest', () => {
  const page = (text: string): unknown[] => [readPage('a.md', text).title, converted(text)];
  expect(page('---\ntitle: "Named"\ntags: [a]\n---\n# Heading\n\ntext')).toEqual(['Named', 'text']);
  expect(page('# A *b* `c`\n\ntext')).toEqual(['A b c', 'text']);
  expect(page('\uFEFFTitle\r\n=====\r\ntext')).toEqual(['Title', 'text']);
  expect(page('text\n\n## Two')).toEqual([undefined, 'text\n\n## Two']);
  expect(page('![badge](b.svg)\n\n# Late\n\ntext')).toEqual(['Late', '![badge](b.svg)\n\n\n\ntext']);
});

test('IM3 only addresses change, whatever they are written in', () => {
  const page = readPage(
    '1/a.md',
    '[x [y]](b.md "t") ![p\\]q](c.png) [![r](d.png)](e.md) [f][g] [h](<i j.md>) [](k.md)\n\n[g]: l.md "m"',
  );
  const { content, missing } = rewritePage(page, (url, isPicture) =>
    /[ek]\.md/.test(url) ? 'missing' : isPicture && url.endsWith('.md') ? 'missing' : { to: `/new/${url.replace(' ', '')}` },
  );
  expect(content).toBe(
    '[x [y]](/new/b.md "t") ![p\\]q](/new/c.png) ![r](/new/d.png) [f][g] [h](/new/ij.md) \n\n[g]: /new/l.md "m"',
  );
  expect(missing.filter(({ isPicture }) => !isPicture).map(({ url }) => url)).toEqual(['e.md', 'k.md']);
});
