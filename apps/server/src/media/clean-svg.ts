/**
 * A drawing with what draws and nothing else.
 *
 * In: SVG of which nothing is trusted. Out: the same, written anew from the elements and attributes below; undefined for what is no
 * well-formed XML. The promise: no script, no event, no address out of the drawing, no HTML. It is served under a policy that lets
 * nothing run besides (media-route.ts). Pure.
 */
const ELEMENTS = new Set(
  (
    'svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image marker pattern mask clipPath ' +
    'linearGradient radialGradient stop filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting ' +
    'feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode ' +
    'feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence switch style'
  ).split(' '),
);
/** Any attribute of drawing: lower-case names with dashes, or one of SVG's in camelCase. Events (`on…`) are left out below. */
const ATTRIBUTE =
  /^(?:xmlns(?::xlink)?|xml:space|[a-z]+(?:-[a-z]+)*|[a-z]+[A-Z][A-Za-z]+|[xy][12]|k[1-4]|d|x|y|r|rx|ry|cx|cy|fx|fy|dx|dy)$/;
const NAMESPACES: Readonly<Record<string, string>> = {
  xmlns: 'http://www.w3.org/2000/svg',
  'xmlns:xlink': 'http://www.w3.org/1999/xlink',
};
/** Addresses within the drawing, and pictures that are in it. */
const ADDRESS = /^(?:#[\w.-]+|data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*)$/;
const TOKEN =
  /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\?[^]*?\?>|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?\s*>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/g;
const PAIR = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

export function cleanSvg(source: string): string | undefined {
  let out = '';
  let read = 0;
  const open: { name: string; kept: boolean }[] = [];
  for (const match of source.replace(/^\uFEFF/, '').matchAll(TOKEN)) {
    if (match.index !== read) return undefined;
    read += match[0].length;
    const [, data, slash, name, attributes = '', empty, text] = match;
    const inside = open.every(({ kept }) => kept);
    if (data !== undefined || text !== undefined) {
      if (open.length > 0 && inside) out += textOf(data === undefined ? unescaped(text ?? '') : data, open.at(-1)?.name);
    } else if (name !== undefined && slash === '/') {
      const last = open.pop();
      if (last?.name !== name) return undefined;
      if (last.kept && inside) out += `</${name}>`;
    } else if (name !== undefined) {
      const kept = ELEMENTS.has(name);
      if (open.length === 0 && (name !== 'svg' || out !== '')) return undefined;
      if (kept && inside) out += `<${name}${attributesOf(attributes)}${empty === '/' ? '/' : ''}>`;
      if (empty !== '/') open.push({ name, kept });
    }
  }
  if (out === '' || open.length > 0 || read !== source.replace(/^\uFEFF/, '').length) return undefined;
  return /^<svg[^>]* xmlns="/.test(out) ? out : out.replace(/^<svg/, '<svg xmlns="http://www.w3.org/2000/svg"');
}

function attributesOf(source: string): string {
  let out = '';
  const seen = new Set<string>();
  for (const [, name = '', double, single] of source.matchAll(PAIR)) {
    const value = unescaped(double ?? single ?? '');
    if (seen.has(name)) continue;
    seen.add(name);
    if (isAllowed(name, value)) out += ` ${name}="${escaped(value)}"`;
  }
  return out;
}

function isAllowed(name: string, value: string): boolean {
  if (name in NAMESPACES) return NAMESPACES[name] === value;
  if (name === 'href' || name === 'xlink:href') return ADDRESS.test(value.trim());
  if (!ATTRIBUTE.test(name) || /^on/i.test(name)) return false;
  return isHarmlessStyle(value);
}

/** No address but one within the drawing, in whatever way it is written. */
function isHarmlessStyle(value: string): boolean {
  if (/\\|@import|expression|javascript:|vbscript:|-moz-binding/i.test(value)) return false;
  return [...value.matchAll(/url\s*\(\s*(["']?)([^)]*)/gi)].every(([, , to = '']) => to.startsWith('#'));
}

function textOf(text: string, element: string | undefined): string {
  return element === 'style' && !isHarmlessStyle(text) ? '' : escaped(text);
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi,
    (_match, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? '';
      const code = Number.parseInt(decimal ?? hex ?? '0', decimal === undefined ? 16 : 10);
      return code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' ';
    },
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
