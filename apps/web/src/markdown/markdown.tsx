import { useId, useMemo, type ReactNode } from 'react';
import { parseMarkdown } from './parse-markdown.ts';
import { renderMarkdown } from './render-markdown.tsx';

/**
 * A text as its author meant it. The one way Markdown reaches a screen: page and preview show the same, and no string of an author
 * ever becomes HTML. `topHeading` is the level of the text's own first-level headings, one below the heading it stands under.
 */
export function Markdown({ text, topHeading = 2 }: { readonly text: string; readonly topHeading?: number }): ReactNode {
  const id = useId();
  const body = useMemo(() => {
    const tree = parseMarkdown(text);
    return tree === undefined ? <pre>{text}</pre> : renderMarkdown(tree, { idPrefix: id, topHeading });
  }, [text, id, topHeading]);
  return <div className="prose">{body}</div>;
}
