import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** The same language as on the screens (apps/web/src/markdown/parse-markdown.ts). */
export function markdownTree(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** Every node below `root`, in the order of the text. */
export function* nodesOf(root: Nodes): Generator<Nodes> {
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    if ('children' in node) waiting.push(...node.children.toReversed());
  }
}

/** What is read of a node, without its form. */
export function plainText(node: Nodes): string {
  let text = '';
  for (const one of nodesOf(node)) {
    if (one.type === 'text' || one.type === 'inlineCode') text += one.value;
    else if (one.type === 'break') text += ' ';
  }
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** From where to where a node stands in the text. */
export function spanOf({ position }: Nodes): { readonly from: number; readonly to: number } {
  return { from: position?.start.offset ?? 0, to: position?.end.offset ?? 0 };
}
