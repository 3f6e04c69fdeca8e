import type { Nodes } from 'mdast';

/** Before every anchor, so that no heading of an author takes an id that the page itself goes by. */
const PREFIX = 'h-';

/** The id of a heading, as others know it from GitHub: `Set up – the device` → `h-set-up--the-device`; a second one ends in -1. */
export function anchorOf(heading: Nodes, given: Map<string, number>): string {
  const words = textOf(heading).trim().toLowerCase();
  const bare = words.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
  const count = given.get(bare) ?? 0;
  given.set(bare, count + 1);
  return `${PREFIX}${bare}${count === 0 ? '' : `-${count}`}`;
}

/** An address within this site, leading to the heading that its fragment names. Pure. */
export function toAnchor(address: string): string {
  return address.replace(/#(?=.)/, `#${PREFIX}`);
}

function textOf(node: Nodes): string {
  if (node.type === 'text' || node.type === 'inlineCode') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}
