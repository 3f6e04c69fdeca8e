import { useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactNode } from 'react';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Transaction } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { changedStretches } from '../difference/changed-stretches.ts';

export type MarkdownEditorProps = {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Ctrl+S or ⌘S. */
  readonly onSave: () => void;
};

/** A plain text editor that knows Markdown. Tab leaves it, as it leaves any field. */
export function MarkdownEditor({ label, text, onChange, onSave }: MarkdownEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const typed = useEffectEvent(onChange);
  const saved = useEffectEvent(onSave);
  const begun = useEffectEvent(() => text);

  useEffect(() => {
    if (place.current === null) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begun(),
        extensions: [
          history(),
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (saved(), true) }, ...defaultKeymap, ...historyKeymap]),
          markdown({ base: markdownLanguage }),
          syntaxHighlighting(HIGHLIGHT),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', autocapitalize: 'sentences' }),
          EditorView.cspNonce.of(nonce()),
          THEME,
          EditorView.updateListener.of((update) => {
            const remote = update.transactions.some((one) => one.annotation(Transaction.remote) === true);
            if (update.docChanged && !remote) typed(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label]);

  // What others save flows in; only what differs is replaced, so the cursor stays where it is, and undoing takes back one's own alone. Before
  // the next key: what is typed must be typed into what the form shows.
  useLayoutEffect(() => {
    const view = editor.current;
    const changes = view === undefined ? [] : changedStretches(view.state.doc.toString(), text);
    if (changes.length > 0)
      view?.dispatch({ changes, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
  }, [text]);

  return <div ref={place} />;
}

function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '650' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--accent)' },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], color: 'var(--ink-faint)' },
  { tag: [tags.monospace, tags.quote], color: 'var(--ink-soft)' },
]);

const THEME = EditorView.theme({
  '&': {
    border: '1px solid color-mix(in srgb, var(--line-strong) 70%, transparent)',
    borderRadius: '0.5rem',
    background: 'var(--surface)',
    color: 'var(--ink)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
    fontSize: '0.9375rem',
    lineHeight: '1.65',
  },
  '.cm-content': { minHeight: '24rem', padding: '0.9rem 0.5rem', caretColor: 'var(--accent)' },
});
