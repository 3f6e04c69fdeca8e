import type { ScopeKey } from '@elira/protocol';
import type { ScopeChanges } from '../route/scope-changes.ts';

/** Rows of a scope's snapshot, by table: key → JSON text. */
export type ScopeRows = ReadonlyMap<string, ReadonlyMap<string, string>>;

type Entry = { readonly kind: 'put' | 'drop'; readonly table: string; readonly text: string };

/** The JSON documents that carry a scope's changes, each of at most `lineChars` characters unless one row alone is longer. */
export function changeLines(scope: ScopeKey, changes: ScopeChanges, lineChars: number): string[] {
  const entries: Entry[] = [];
  for (const [table, { puts, drops }] of changes) {
    for (const key of drops.keys()) entries.push({ kind: 'drop', table, text: JSON.stringify(key) });
    for (const [key, body] of puts) entries.push({ kind: 'put', table, text: `[${JSON.stringify(key)},${body}]` });
  }
  return entries.length === 0 ? [] : toLines(scope, entries, false, lineChars);
}

/** The JSON documents that replace a scope's rows; at least one, since an empty scope is an answer too. */
export function resetLines(scope: ScopeKey, rows: ScopeRows, lineChars: number): string[] {
  const entries: Entry[] = [];
  for (const [table, bodies] of rows) {
    for (const [key, body] of bodies) entries.push({ kind: 'put', table, text: `[${JSON.stringify(key)},${body}]` });
  }
  return toLines(scope, entries, true, lineChars);
}

function toLines(scope: ScopeKey, entries: readonly Entry[], reset: boolean, lineChars: number): string[] {
  const lines: string[] = [];
  let group: Entry[] = [];
  let length = 0;
  const close = (): void => {
    lines.push(document(scope, group, reset && lines.length === 0));
    group = [];
    length = 0;
  };
  for (const entry of entries) {
    if (group.length > 0 && length + entry.text.length > lineChars) close();
    group.push(entry);
    length += entry.text.length + 1;
  }
  if (group.length > 0 || lines.length === 0) close();
  return lines;
}

function document(scope: ScopeKey, entries: readonly Entry[], reset: boolean): string {
  const section = (kind: Entry['kind']): string => {
    const tables = new Map<string, string[]>();
    for (const entry of entries) {
      if (entry.kind !== kind) continue;
      const texts = tables.get(entry.table);
      if (texts === undefined) tables.set(entry.table, [entry.text]);
      else texts.push(entry.text);
    }
    if (tables.size === 0) return '';
    return `,"${kind}":{${[...tables].map(([table, texts]) => `${JSON.stringify(table)}:[${texts.join(',')}]`).join(',')}}`;
  };
  return `{"scope":${JSON.stringify(scope)}${reset ? ',"reset":true' : ''}${section('drop')}${section('put')}}`;
}
