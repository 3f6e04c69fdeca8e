import { createElement, Fragment, type ReactNode } from 'react';
import type { Definition, FootnoteDefinition, List, ListItem, Nodes, Parent, Root, Table } from 'mdast';
import { anchorOf, toAnchor } from './anchor.ts';
import { leadsAway, safeLink, safePicture } from './safe-address.ts';

/** Levels of nesting that are shown; deeper ones are left out. */
export const MOST_LEVELS = 60;

type Context = {
  /** Makes ids of footnotes unique on the page. */
  readonly idPrefix: string;
  readonly topHeading: number;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>;
  /** Footnotes in the order of their first mention. */
  readonly mentioned: string[];
  /** How often each anchor was given to a heading. */
  readonly anchors: Map<string, number>;
};

/**
 * A parsed text as React elements.
 *
 * In: a tree of which nothing is trusted. Out: elements of the kinds written below and no others. The promise: texts stay texts.
 * There is no string of HTML at any moment, so there is nothing to sanitise; HTML in the source is shown as what was typed, but for
 * `<br>`, `<sub>` and `<sup>`, which Markdown has no other way to say.
 */
export function renderMarkdown(root: Root, { idPrefix, topHeading }: Pick<Context, 'idPrefix' | 'topHeading'>): ReactNode {
  const context: Context = { idPrefix, topHeading, ...definitionsOf(root), mentioned: [], anchors: new Map() };
  const body = childrenOf(root, context, 0);
  return (
    <>
      {body}
      {footnotes(context)}
    </>
  );
}

function childrenOf(parent: Parent, context: Context, level: number): ReactNode {
  if (level >= MOST_LEVELS) return '…';
  const shown: ReactNode[] = [];
  for (let index = 0; index < parent.children.length; index += 1) {
    const end = raisedUntil(parent.children, index);
    const first = parent.children[index];
    if (first === undefined) break;
    if (end === undefined) {
      shown.push(<Fragment key={index}>{element(first, context, level + 1)}</Fragment>);
    } else {
      const inside: Parent = { type: 'raised', children: parent.children.slice(index + 1, end) };
      shown.push(createElement(isTag(first, 'sub') ? 'sub' : 'sup', { key: index }, childrenOf(inside, context, level + 1)));
      index = end;
    }
  }
  return shown;
}

/** Where what begins at `start` with `<sub>` or `<sup>` ends; undefined where nothing does. */
function raisedUntil(nodes: readonly Nodes[], start: number): number | undefined {
  const name = (['sub', 'sup'] as const).find((one) => isTag(nodes[start], one));
  if (name === undefined) return undefined;
  const end = nodes.findIndex((node, index) => index > start && isTag(node, `/${name}`));
  return end === -1 ? undefined : end;
}

function isTag(node: Nodes | undefined, tag: string): boolean {
  return node?.type === 'html' && node.value.toLowerCase() === `<${tag}>`;
}

function element(node: Nodes, context: Context, level: number): ReactNode {
  const inner = (parent: Parent): ReactNode => childrenOf(parent, context, level);
  switch (node.type) {
    case 'text':
      return node.value;
    case 'html':
      return /^<br *\/?>$/i.test(node.value) ? <br /> : node.value;
    case 'paragraph':
      return <p>{inner(node)}</p>;
    case 'heading': {
      const name = `h${Math.min(6, node.depth + context.topHeading - 1)}`;
      return createElement(name, { id: anchorOf(node, context.anchors) }, inner(node));
    }
    case 'emphasis':
      return <em>{inner(node)}</em>;
    case 'strong':
      return <strong>{inner(node)}</strong>;
    case 'delete':
      return <del>{inner(node)}</del>;
    case 'inlineCode':
      return <code>{node.value}</code>;
    case 'code':
      return (
        <pre>
          <code>{node.value}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{inner(node)}</blockquote>;
    case 'list':
      return list(node, context, level);
    case 'listItem':
      return item(node, context, level, false);
    case 'thematicBreak':
      return <hr />;
    case 'break':
      return <br />;
    case 'link':
      return link(node.url, node.title, inner(node));
    case 'linkReference': {
      const definition = context.definitions.get(key(node.identifier));
      return definition === undefined ? inner(node) : link(definition.url, definition.title, inner(node));
    }
    case 'image':
      return picture(node.url, node.alt, node.title);
    case 'imageReference': {
      const definition = context.definitions.get(key(node.identifier));
      return definition === undefined ? (node.alt ?? '') : picture(definition.url, node.alt, definition.title);
    }
    case 'table':
      return table(node, context, level);
    case 'footnoteReference':
      return mention(key(node.identifier), context);
    default:
      // Definitions have been gathered; whatever a later parser may bring is not shown before somebody has decided how.
      return null;
  }
}

function link(url: string, title: string | null | undefined, inside: ReactNode): ReactNode {
  const safe = safeLink(url);
  if (safe === undefined) return inside;
  const away = leadsAway(safe);
  const href = away ? safe : toAnchor(safe);
  const rel = away ? 'noreferrer nofollow' : undefined;
  return (
    <a href={href} title={title ?? undefined} rel={rel}>
      {inside}
    </a>
  );
}

function picture(url: string, alt: string | null | undefined, title: string | null | undefined): ReactNode {
  const src = safePicture(url);
  if (src === undefined) return alt ?? '';
  return <img src={src} alt={alt ?? ''} title={title ?? undefined} loading="lazy" referrerPolicy="no-referrer" />;
}

function list(node: List, context: Context, level: number): ReactNode {
  const items = node.children.map((child, index) => (
    <Fragment key={index}>{item(child, context, level + 1, node.spread !== true && child.spread !== true)}</Fragment>
  ));
  return node.ordered === true ? <ol start={node.start ?? 1}>{items}</ol> : <ul>{items}</ul>;
}

/** In a tight list the text of an item is not a paragraph of its own. */
function item(node: ListItem, context: Context, level: number, tight: boolean): ReactNode {
  const isTask = typeof node.checked === 'boolean';
  const inside =
    level >= MOST_LEVELS
      ? '…'
      : node.children.map((child, index) => (
          <Fragment key={index}>
            {tight && child.type === 'paragraph' ? childrenOf(child, context, level + 1) : element(child, context, level + 1)}
          </Fragment>
        ));
  return (
    <li className={isTask ? 'task' : undefined}>
      {isTask && (
        <span aria-label={node.checked === true ? 'done: ' : 'to do: '} role="img">
          {node.checked === true ? '☑' : '☐'}{' '}
        </span>
      )}
      {inside}
    </li>
  );
}

function table(node: Table, context: Context, level: number): ReactNode {
  const [head, ...rows] = node.children;
  const cell = (as: 'th' | 'td', index: number, inside: Parent): ReactNode =>
    createElement(as, { key: index, 'data-align': node.align?.[index] ?? undefined }, childrenOf(inside, context, level + 2));
  return (
    // A wide table is scrolled by itself, by keyboard as well, and the page is not.
    <div className="table-frame" role="region" aria-label="Table" tabIndex={0}>
      <table>
        {head !== undefined && (
          <thead>
            <tr>{head.children.map((one, index) => cell('th', index, one))}</tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>{row.children.map((one, column) => cell('td', column, one))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function mention(identifier: string, context: Context): ReactNode {
  if (!context.footnotes.has(identifier)) return null;
  const known = context.mentioned.indexOf(identifier);
  const number = (known === -1 ? context.mentioned.push(identifier) - 1 : known) + 1;
  return (
    <sup>
      <a href={`#${context.idPrefix}-note-${number}`} aria-label={`Footnote ${number}`}>
        {number}
      </a>
    </sup>
  );
}

function footnotes(context: Context): ReactNode {
  if (context.mentioned.length === 0) return null;
  const items: ReactNode[] = [];
  // A footnote may mention another one, which then comes after it.
  for (let index = 0; index < context.mentioned.length; index += 1) {
    const note = context.footnotes.get(context.mentioned[index] ?? '');
    if (note === undefined) continue;
    items.push(
      <li key={index} id={`${context.idPrefix}-note-${index + 1}`}>
        {childrenOf(note, context, 1)}
      </li>,
    );
  }
  return (
    <section className="footnotes" aria-label="Footnotes">
      <ol>{items}</ol>
    </section>
  );
}

function definitionsOf(root: Root): Pick<Context, 'definitions' | 'footnotes'> {
  const definitions = new Map<string, Definition>();
  const notes = new Map<string, FootnoteDefinition>();
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'definition' && !definitions.has(key(node.identifier))) definitions.set(key(node.identifier), node);
    if (node.type === 'footnoteDefinition' && !notes.has(key(node.identifier))) notes.set(key(node.identifier), node);
    // From the end, since the first definition of a name counts.
    if ('children' in node) waiting.push(...node.children.toReversed());
  }
  return { definitions, footnotes: notes };
}

function key(identifier: string): string {
  return identifier.toLowerCase();
}
