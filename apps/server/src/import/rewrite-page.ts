import type { Definition, Image, Link } from 'mdast';
import { nodesOf, spanOf } from './markdown-tree.ts';
import type { PageSource } from './page-source.ts';

/** What becomes of an address: another one, itself (`keep`), or nothing that could be gone to (`missing`). */
export type NewAddress = { readonly to: string } | 'keep' | 'missing';

export type Rewritten = {
  readonly content: string;
  /** Addresses of links and pictures that lead nowhere, each once. */
  readonly missing: readonly { readonly url: string; readonly isPicture: boolean }[];
};

type Edit = { readonly from: number; readonly to: number; readonly as: string };

/**
 * The page without its title and with other addresses, and not a letter of it changed besides. Where a link leads nowhere its text stays, where a picture is
 * missing its description does. Pure.
 */
export function rewritePage(page: PageSource, addressOf: (url: string, isPicture: boolean) => NewAddress): Rewritten {
  const { titleSpan: title } = page;
  const edits: Edit[] = title === undefined ? [] : [{ ...title, as: '' }];
  const missing = new Map<string, { url: string; isPicture: boolean }>();
  const ask = (url: string, isPicture: boolean): NewAddress => {
    const address = addressOf(url, isPicture);
    if (address === 'missing') missing.set(`${isPicture ? '!' : ''}${url}`, { url, isPicture });
    return address;
  };
  for (const node of nodesOf(page.tree)) {
    if (title !== undefined && spanOf(node).from >= title.from && spanOf(node).to <= title.to) continue;
    if (node.type === 'link') edits.push(...linkEdits(page.text, node, ask(node.url, false)));
    else if (node.type === 'image') edits.push(...pictureEdits(page.text, node, ask(node.url, true)));
    else if (node.type === 'definition') edits.push(...definitionEdits(page.text, node, ask));
  }
  let content = '';
  let last = 0;
  for (const { from, to, as } of edits.toSorted((a, b) => a.from - b.from)) {
    content += page.text.slice(last, from) + as;
    last = to;
  }
  return { content: (content + page.text.slice(last)).trim(), missing: [...missing.values()] };
}

function linkEdits(source: string, node: Link, address: NewAddress): Edit[] {
  const { from, to } = spanOf(node);
  // An address that stands for itself, such as <https://…>, leads elsewhere.
  if (address === 'keep' || source[from] !== '[') return [];
  const last = node.children.at(-1);
  const tail = last === undefined ? from + 1 : spanOf(last).to;
  if (address === 'missing')
    return [
      { from, to: from + 1, as: '' },
      { from: tail, to, as: '' },
    ];
  return [{ from: tail, to, as: `](${address.to}${titlePart(node.title)})` }];
}

function pictureEdits(source: string, node: Image, address: NewAddress): Edit[] {
  if (address === 'keep') return [];
  const { from, to } = spanOf(node);
  const end = closingBracket(source, from + 2);
  const alt = source.slice(from + 2, end);
  if (address === 'missing') return [{ from, to, as: alt.trim() === '' ? '' : `*${alt.trim()}*` }];
  return [{ from: end, to, as: `](${address.to}${titlePart(node.title)})` }];
}

/** A definition may serve links and pictures; one that leads nowhere stays as it is. */
function definitionEdits(source: string, node: Definition, ask: (url: string, isPicture: boolean) => NewAddress): Edit[] {
  const address = [ask(node.url, true), ask(node.url, false)].find((one) => typeof one === 'object');
  if (address === undefined || typeof address === 'string') return [];
  const { from, to } = spanOf(node);
  const start = closingBracket(source, from + 1);
  return [{ from: start, to, as: `]: ${address.to}${titlePart(node.title)}` }];
}

/** Where the bracket that is open at `from` closes. */
function closingBracket(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at += 1) {
    const letter = source[at];
    if (letter === '\\') at += 1;
    else if (letter === '[') depth += 1;
    else if (letter === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return source.length;
}

function titlePart(title: string | null | undefined): string {
  return title === null || title === undefined ? '' : ` "${title.replaceAll(/["\\]/g, '\\$&')}"`;
}
