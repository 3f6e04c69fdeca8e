import type { Nodes, Root } from 'mdast';
import { OperatorError } from '../operator-error.ts';
import { convertHtml, type Place } from './convert-html.ts';
import { markdownTree, nodesOf, plainText, spanOf } from './markdown-tree.ts';

/** A Markdown file, read. */
export type PageSource = {
  readonly path: string;
  /** Undefined where the file does not say. */
  readonly title: string | undefined;
  /** Markdown without front matter and HTML, and the same parsed. */
  readonly text: string;
  readonly tree: Root;
  /** Where the title stands in the text: it is not shown twice. */
  readonly titleSpan: { readonly from: number; readonly to: number } | undefined;
  /** What its links and pictures name, as written, in their order. */
  readonly targets: readonly { readonly url: string; readonly isPicture: boolean }[];
  /** Of the text at the beginning, without form. */
  readonly summary: string;
  /** Elements of HTML whose frame was dropped, with how often. */
  readonly dropped: ReadonlyMap<string, number>;
};

/** Characters of a title (varchar(255)), and of what tells of a course. */
const TITLE = 255;
const SUMMARY = 600;
const SUMMARY_PARAGRAPHS = 2;
const FRONT_MATTER = /^---[ \t]*\r?\n([^]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

/** Pure. Throws `OperatorError` for what cannot be read in reasonable time. */
export function readPage(path: string, markdown: string): PageSource {
  const text = markdown.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const front = FRONT_MATTER.exec(text);
  const named = front === null ? undefined : /^title:[ \t]*(["']?)(.+)\1[ \t]*$/m.exec(front[1] ?? '')?.[2];
  const raw = front === null ? text : text.slice(front[0].length);
  const first = parse(path, raw);
  const { text: converted, dropped } = convertHtml(raw, placesOf(first));
  const whole = converted === raw ? first : parse(path, converted);
  const heading = whole.children.find((node) => node.type === 'heading' && node.depth === 1);
  const title = named ?? (heading === undefined ? '' : plainText(heading));
  return {
    path,
    title: title === '' ? undefined : title.slice(0, TITLE),
    text: converted,
    tree: whole,
    titleSpan: heading === undefined ? undefined : spanOf(heading),
    targets: targetsOf(whole),
    summary: summaryOf(heading === undefined ? whole.children : whole.children.slice(whole.children.indexOf(heading) + 1)),
    dropped,
  };
}

function parse(path: string, text: string): Root {
  try {
    return markdownTree(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new OperatorError(`${path} is nested too deep to be read.`, 'Make its lists and quotes flatter.', { cause });
  }
}

function placesOf(tree: Root): (offset: number) => Place {
  const spans = [...nodesOf(tree)].filter(({ type }) => type === 'code' || type === 'inlineCode' || type === 'table');
  const marked = spans.map((node) => ({
    ...spanOf(node),
    place: node.type === 'table' ? ('line' as const) : ('code' as const),
  }));
  return (offset) => {
    const here = marked.filter(({ from, to }) => offset >= from && offset < to);
    return here.find(({ place }) => place === 'code')?.place ?? here[0]?.place ?? 'free';
  };
}

function targetsOf(tree: Root): PageSource['targets'] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (node.type === 'link') return [{ url: node.url, isPicture: false }];
    if (node.type === 'image') return [{ url: node.url, isPicture: true }];
    // Either may lead to it.
    return node.type === 'definition' ? [true, false].map((isPicture) => ({ url: node.url, isPicture })) : [];
  });
}

/** The first paragraphs before the next heading. */
function summaryOf(nodes: readonly Nodes[]): string {
  const end = nodes.findIndex(({ type }) => type === 'heading');
  const paragraphs = nodes.slice(0, end === -1 ? undefined : end).filter(({ type }) => type === 'paragraph');
  const texts = paragraphs.map(plainText).filter((text) => text !== '');
  const [first = '', ...rest] = texts.slice(0, SUMMARY_PARAGRAPHS);
  return rest.reduce((sum, text) => (sum.length + text.length < SUMMARY ? `${sum}\n\n${text}` : sum), first.slice(0, SUMMARY));
}
