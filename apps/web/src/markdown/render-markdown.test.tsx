import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { HARMFUL } from './fixture/harmful.ts';
import { Markdown } from './markdown.tsx';
import { MOST_CHARACTERS } from './parse-markdown.ts';

const html = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} />).replace(/^<div class="prose">([^]*)<\/div>$/, '$1');

/** What a browser would make of it: names of elements, and of attributes with their values, outside of texts. */
function tags(markup: string): { names: string[]; attributes: [string, string][] } {
  const found = [...markup.matchAll(/<([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  return {
    names: found.map((tag) => (tag[1] ?? '').toLowerCase()),
    attributes: found.flatMap((tag) =>
      [...(tag[2] ?? '').matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map((pair): [string, string] => [pair[1] ?? '', pair[2] ?? '']),
    ),
  };
}

const ELEMENTS = new Set(
  'div p h1 h2 h3 h4 h5 h6 em strong del code pre blockquote ul ol li hr br a img table thead tbody tr th td sub sup section span'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'class href title rel src alt loading referrerPolicy referrerpolicy start id aria-label role tabindex tabIndex data-align'.split(
    ' ',
  ),
);

test('W1 nothing harmful comes through: no element, attribute or address beyond the list', () => {
  expect(HARMFUL.length).toBeGreaterThanOrEqual(30);
  for (const text of HARMFUL) {
    const markup = html(text);
    const { names, attributes } = tags(markup);
    expect(
      names.filter((name) => !ELEMENTS.has(name)),
      text,
    ).toEqual([]);
    expect(
      attributes.filter(([name]) => !ATTRIBUTES.has(name)),
      text,
    ).toEqual([]);
    for (const [name, value] of attributes) {
      if (name === 'href') expect(value, text).toMatch(/^(https?:|mailto:|[/#.?]|[\w-]+(\/|$|\.))/);
      if (name === 'href' || name === 'src')
        expect(value.replace(/\s/g, ''), text).not.toMatch(/^(javascript|data|vbscript|file|blob):/i);
      if (name === 'src') expect(value, text).toMatch(/^(https:|\/|[\w.]+)/);
    }
    // Every angle bracket that is left belongs to one of the elements counted above, or closes one.
    expect(markup.replace(/<\/?[a-z][^<>]*>/gi, ''), text).not.toMatch(/[<>]/);
  }
});

test('W1 HTML is shown as it was typed', () => {
  expect(html('a <b>c</b>')).toBe('<p>a &lt;b&gt;c&lt;/b&gt;</p>');
  expect(html('<script>alert(1)</script>')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('W2 what authors write is there: headings, lists, tables, tasks, footnotes, code, links, pictures', () => {
  expect(html('# One\n\n## Two')).toBe('<h2 id="h-one">One</h2><h3 id="h-two">Two</h3>');
  expect(html('- a\n- b *c*')).toBe('<ul><li>a</li><li>b <em>c</em></li></ul>');
  expect(html('3. a\n\n4. b')).toBe('<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>');
  expect(html('| a | b |\n|---|--:|\n| 1 | 2 |')).toContain('<th data-align="right">b</th></tr></thead><tbody><tr><td>1</td>');
  expect(html('- [x] a\n- [ ] b')).toMatch(/☑ <\/span>a.*☐ <\/span>b/);
  expect(html('a[^n]\n\n[^n]: note')).toMatch(/<sup><a href="#[^"]+-note-1"[^]*<li id="[^"]+-note-1"><p>note<\/p>/);
  expect(html('```js\nlet a = 1 < 2;\n```')).toBe('<pre><code>let a = 1 &lt; 2;</code></pre>');
  expect(html('[a](https://example.org/x "t")')).toBe(
    '<p><a href="https://example.org/x" title="t" rel="noreferrer nofollow">a</a></p>',
  );
  expect(html('[a](/courses) [b][r]\n\n[R]: mailto:a@example.org')).toContain(
    '<a href="/courses">a</a> <a href="mailto:a@example.org"',
  );
  expect(html('![plant](https://example.org/p.png)')).toContain('<img src="https://example.org/p.png" alt="plant"');
  expect(html('~~a~~ **b** `c`')).toBe('<p><del>a</del> <strong>b</strong> <code>c</code></p>');
});

test('W2 line breaks, and what stands lower or higher, come through as they are typed in HTML, and nothing else does', () => {
  expect(html('I<sup>2</sup>C, H<SUB>*2*</SUB>O<br>and<br/>so')).toBe(
    '<p>I<sup>2</sup>C, H<sub><em>2</em></sub>O<br/>and<br/>so</p>',
  );
  expect(html('| a<br>b | <sub>c</sub> |\n|---|---|')).toContain('<th>a<br/>b</th><th><sub>c</sub></th>');
  expect(html('<sup>1 <sub>2</sup> 3</sub>')).toBe('<p><sup>1 &lt;sub&gt;2</sup> 3&lt;/sub&gt;</p>');
  expect(html('<sup onclick="x">1</sup> <sub>2')).toBe('<p>&lt;sup onclick=&quot;x&quot;&gt;1&lt;/sup&gt; &lt;sub&gt;2</p>');
});

test('W2 a link to a heading finds it, here and in another lesson, and no heading takes an id of the page', () => {
  expect(html("## What's `this` - really?\n\n## root\n\n## root")).toBe(
    '<h3 id="h-whats-this---really">What&#x27;s <code>this</code> - really?</h3><h3 id="h-root">root</h3><h3 id="h-root-1">root</h3>',
  );
  expect(html('[a](#root) [b](/courses/1/lessons/2#root) [c](https://example.org/#root)')).toMatch(
    /href="#h-root".*href="\/courses\/1\/lessons\/2#h-root".*href="https:\/\/example\.org\/#root"/,
  );
});

test('W1 pictures of lessons come from /api/media, and from nowhere that is not https', () => {
  const address = `/api/media/${'0a'.repeat(32)}`;
  expect(html(`![Grains](${address} "Many")`)).toContain(`<img src="${address}" alt="Grains" title="Many" loading="lazy"`);
  expect(html(`![x](//evil.example${address})`)).toContain('src="https://evil.example/');
  for (const address of [
    'http://evil.example/a.png',
    'data:image/png;base64,AAAA',
    'blob:https://here.example/1',
    'file:///a.png',
  ])
    expect(html(`![x](${address})`), address).toBe('<p>x</p>');
});

test('W3 a text that is too long or too deep is shown, plainly, and never stops the page', () => {
  expect(html('a'.repeat(MOST_CHARACTERS + 1))).toMatch(/^<pre>a/);
  expect(html(`${'>'.repeat(2000)} deep`)).toContain('…');
  expect(html(`${'- '.repeat(500)}deep`)).toContain('…');
  expect(html(`a${'*'.repeat(20_000)}b`)).toContain('*');
  expect(html('[a][b]'.repeat(2000)).length).toBeGreaterThan(2000);
});
