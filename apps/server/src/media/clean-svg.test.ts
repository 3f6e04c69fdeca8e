import { expect, test } from 'vitest';
import { cleanSvg } from './clean-svg.ts';
import { pictureType } from './picture-type.ts';

const clean = (inside: string): string =>
  (cleanSvg(`<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`) ?? 'refused').replace(/^<svg[^>]*>|<\/svg>$/g, '');

test.each([
  ['<script>alert(1)</script>', ''],
  ['<SCRIPT>alert(1)</SCRIPT><script href="https://evil.example/a.js"/>', ''],
  ['<script><![CDATA[alert(1)]]></script>', ''],
  ['<rect onload="alert(1)" ONCLICK="x" width="1"/>', '<rect width="1"/>'],
  ['<a href="javascript:alert(1)"><text>x</text></a>', ''],
  ['<a xlink:href="https://evil.example"><rect/></a>', ''],
  ['<foreignObject><iframe src="https://evil.example"/></foreignObject>', ''],
  ['<use href="https://evil.example/x.svg#a"/>', '<use/>'],
  ['<use xlink:href="&#x6a;avascript:alert(1)"/>', '<use/>'],
  ['<use href="#a"/>', '<use href="#a"/>'],
  ['<image href="data:image/svg+xml;base64,PHN2Zz4="/>', '<image/>'],
  ['<image href="data:image/png;base64,AAAA"/>', '<image href="data:image/png;base64,AAAA"/>'],
  ['<set attributeName="href" to="javascript:alert(1)"/><animate attributeName="onload"/>', ''],
  ['<style>@import url(https://evil.example);</style>', '<style></style>'],
  ['<style>a{fill:url(&#35;g)}</style>', '<style>a{fill:url(#g)}</style>'],
  ['<rect style="fill:url(https://evil.example/x)"/>', '<rect/>'],
  ['<rect style="fill:ur\\6c (https://evil.example/x)"/>', '<rect/>'],
  ['<rect fill="url(#g)" style="stroke:red"/>', '<rect fill="url(#g)" style="stroke:red"/>'],
  ['<text>a &lt;script&gt; &amp; b</text>', '<text>a &lt;script&gt; &amp; b</text>'],
  ['<!-- <script>alert(1)</script> --><?php echo 1 ?><path d="M0 0"/>', '<path d="M0 0"/>'],
  [
    '<linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>',
    '<linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>',
  ],
  ['<metadata><rdf:RDF xmlns:rdf="x"><b/></rdf:RDF></metadata><g/>', '<g/>'],
  ['<rect width="1" width="2" xmlns:evil="x" evil:onload="y"/>', '<rect width="1"/>'],
])('PI3 %s', (source, expected) => {
  expect(clean(source)).toBe(expected);
});

test.each([
  '',
  'x',
  '<svg',
  '<svg>',
  '<svg></g>',
  '<g></g>',
  '<svg></svg><svg></svg>',
  '<svg><rect></svg>',
  '<svg a=1></svg>',
  '<svg>&',
  '<svg><</svg>',
  '<html><svg/></html>',
])('PI3 no well-formed drawing: %s', (source) => {
  expect(cleanSvg(source)).toBeUndefined();
});

test('PI3 a document type and entities are left behind, and so is what they stood for', () => {
  const source =
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "<script>alert(1)</script>">]><svg viewBox="0 0 1 1"><text>&x;!</text></svg>';
  expect(cleanSvg(source)).toBe('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>!</text></svg>');
});

test('PI2 the type of a picture is told by its bytes', () => {
  const type = (bytes: string): string | undefined => pictureType(Buffer.from(bytes, 'latin1'));
  expect(type('\x89PNG\r\n\x1a\n....')).toBe('image/png');
  expect(type('\xff\xd8\xff\xe0')).toBe('image/jpeg');
  expect(type('GIF89a...')).toBe('image/gif');
  expect(type('RIFF....WEBPVP8 ')).toBe('image/webp');
  expect(type('....ftypavif....')).toBe('image/avif');
  expect(type('<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="">')).toBe('image/svg+xml');
  for (const none of [
    '',
    '<html><svg>',
    '<!doctype html><svg>',
    'GIF',
    'MZ\x90',
    '%PDF-1.4',
    '<script>alert(1)</script>',
    'RIFF....WAVE',
  ])
    expect(type(none), none).toBeUndefined();
});
