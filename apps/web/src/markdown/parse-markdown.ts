import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** Characters above which a text is shown as it is: parsing it would hold up the screen. */
export const MOST_CHARACTERS = 500_000;

/** CommonMark with GitHub's tables, task lists, strikethrough and footnotes. Undefined when it cannot be parsed in reasonable time. */
export function parseMarkdown(text: string): Root | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  try {
    return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  } catch (error) {
    // Texts nested thousands deep exhaust the parser's stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
