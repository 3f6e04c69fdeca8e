/**
 * HTML that is common in Markdown, as Markdown: screens show raw HTML as what was typed.
 *
 * In: Markdown. Out: the same with what has a counterpart in Markdown written so, and the names of the elements whose frame was dropped
 * (never a text). `br`, `sub` and `sup` stay: screens know them. Code is left alone, and so is what is no HTML element, such as
 * `<name>`. Pure.
 */
export type Converted = { readonly text: string; readonly dropped: ReadonlyMap<string, number> };

/** A tag with its attributes; quoted values may hold anything. Neither escaped by a backslash nor the address of a link. */
const TAG =
  /(?<!\\|\]\(|\]: ?)<(\/?)([a-z][a-z0-9]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*)\s*\/?>/gi;
const COMMENT = /<!--[^]*?-->/g;
const KEPT = new Set(['br', 'sub', 'sup']);
/** What stands at the beginning and at the end of an element. */
const AROUND: Readonly<Record<string, readonly [string, string]>> = {
  b: ['**', '**'],
  strong: ['**', '**'],
  i: ['*', '*'],
  em: ['*', '*'],
  del: ['~~', '~~'],
  s: ['~~', '~~'],
  code: ['`', '`'],
  kbd: ['`', '`'],
  summary: ['\n\n**', '**\n\n'],
  details: ['\n\n', '\n\n'],
  blockquote: ['\n\n> ', '\n\n'],
  hr: ['\n\n---\n\n', ''],
  ul: ['\n\n', '\n\n'],
  ol: ['\n\n', '\n\n'],
  li: ['\n- ', ''],
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, [`\n\n${'#'.repeat(level)} `, '\n\n']])),
};
/** Only said how something looks; its text stays. */
const UNWRAPPED: Readonly<Record<string, readonly [string, string]>> = {
  p: ['\n\n', '\n\n'],
  div: ['\n\n', '\n\n'],
  center: ['\n\n', '\n\n'],
  span: ['', ''],
  font: ['', ''],
  u: ['', ''],
  small: ['', ''],
  picture: ['', ''],
};
/** Is lost, and has to be told. */
const DROPPED = new Set(
  'table thead tbody tfoot tr td th caption colgroup col video audio source iframe embed object script style form input button select svg math dl dt dd section article header footer nav figure figcaption mark abbr ins link meta'.split(
    ' ',
  ),
);
/** Goes with all that is in it: none of it is a text. */
const WITH_CONTENT = /(?<!\\)<(script|style|svg|math)\b[^>]*>[^]*?<\/\1\s*>/gi;
const SPACED = new Set(['td', 'th', 'tr', 'dt', 'dd', 'figcaption', 'caption']);

/** Where in a text something stands: code is not touched, and a line (of a table) must stay one. */
export type Place = 'code' | 'line' | 'free';

export function convertHtml(text: string, placeOf: (offset: number) => Place): Converted {
  const dropped = new Map<string, number>();
  const drop = (name: string): void => void dropped.set(name, (dropped.get(name) ?? 0) + 1);
  const links: (string | undefined)[] = [];
  const found: { at: number; length: number; as: string }[] = [];
  const taken = (at: number): boolean =>
    placeOf(at) === 'code' || found.some((one) => at >= one.at && at < one.at + one.length);
  for (const match of text.matchAll(COMMENT))
    if (!taken(match.index)) found.push({ at: match.index, length: match[0].length, as: '' });
  for (const match of text.matchAll(WITH_CONTENT)) {
    if (taken(match.index)) continue;
    drop((match[1] ?? '').toLowerCase());
    found.push({ at: match.index, length: match[0].length, as: '' });
  }
  for (const match of text.matchAll(TAG)) {
    const [whole, slash, element = '', rest = ''] = match;
    if (taken(match.index)) continue;
    const as = replacement(element.toLowerCase(), slash === '/', rest, { links, drop });
    if (as !== undefined) found.push({ at: match.index, length: whole.length, as });
  }
  let result = '';
  let last = 0;
  for (const { at, length, as } of found.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(last, at);
    result += placeOf(at) === 'line' ? as.replaceAll(/\s*\n[\s>-]*/g, ' ') : ownLine(as, result);
    last = at + length;
  }
  return { text: result + text.slice(last), dropped };
}

type Open = { readonly links: (string | undefined)[]; readonly drop: (name: string) => void };

/** What a tag becomes; undefined where it stays. */
function replacement(name: string, closes: boolean, rest: string, { links, drop }: Open): string | undefined {
  if (KEPT.has(name)) return rest.trim() === '' ? undefined : `<${closes ? '/' : ''}${name}>`;
  const pair = AROUND[name] ?? UNWRAPPED[name];
  if (pair !== undefined) return pair[closes ? 1 : 0];
  if (name === 'img') return picture(rest);
  if (name === 'a') {
    if (closes) {
      const to = links.pop();
      return to === undefined ? '' : `](<${to}>)`;
    }
    const href = attribute(rest, 'href')?.replaceAll(/[<>\n]/g, '');
    links.push(href);
    return href === undefined ? '' : '[';
  }
  if (!DROPPED.has(name)) return undefined;
  if (!closes) drop(name);
  const source = closes ? undefined : attribute(rest, 'src');
  // What was shown in a frame can still be gone to.
  if (source !== undefined && /^https?:/i.test(source)) return `\n\n<${source.replaceAll(/[<>\s]/g, '')}>\n\n`;
  return SPACED.has(name) ? ' ' : '';
}

function picture(rest: string): string {
  const source = attribute(rest, 'src')?.replaceAll(/[<>\n]/g, '');
  const alt = (attribute(rest, 'alt') ?? '').replaceAll(/[[\]\\]/g, '').replaceAll(/\s+/g, ' ');
  return source === undefined ? alt : `![${alt}](<${source}>)`;
}

function attribute(rest: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'<>=\`]+))`, 'i').exec(rest);
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.replaceAll('&amp;', '&');
}

/** What begins a block begins it at the depth of the line it stands in, so that lists and quotes go on around it. */
function ownLine(as: string, before: string): string {
  if (!as.includes('\n')) return as;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = /^[ >]*/.exec(line)?.[0] ?? '';
  return as.replaceAll('\n', `\n${indent}`);
}
