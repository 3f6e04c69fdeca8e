import type { ScopeKey } from '@elira/protocol';
import type { ScopeChanges } from '../route/scope-changes.ts';

/** Rows of a scope's snapshot, by table: key → JSON text. */
export type ScopeRows = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is said of the rows of one table: each text is a key, or a key with its row. */
type Section = { readonly kind: 'put' | 'drop'; readonly table: string; readonly texts: readonly string[] };

/** The JSON documents that carry a scope's changes, each of at most `lineChars` characters unless one row alone is longer. */
export function changeLines(scope: ScopeKey, changes: ScopeChanges, lineChars: number): string[] {
  const sections: Section[] = [];
  for (const [table, { puts, drops }] of changes) {
    if (drops.size > 0) sections.push({ kind: 'drop', table, texts: [...drops.keys()].map((key) => JSON.stringify(key)) });
    if (puts.size > 0) sections.push({ kind: 'put', table, texts: putTexts(puts) });
  }
  return sections.length === 0 ? [] : toLines(scope, sections, false, lineChars);
}

/** The JSON documents that replace a scope's rows; at least one, since an empty scope is an answer too. */
export function resetLines(scope: ScopeKey, rows: ScopeRows, lineChars: number): string[] {
  const sections = [...rows].map(([table, bodies]): Section => ({ kind: 'put', table, texts: putTexts(bodies) }));
  return toLines(scope, sections, true, lineChars);
}

function putTexts(rows: ReadonlyMap<string, string>): string[] {
  const texts: string[] = [];
  for (const [key, body] of rows) texts.push(`[${JSON.stringify(key)},${body}]`);
  return texts;
}

function toLines(scope: ScopeKey, sections: readonly Section[], reset: boolean, lineChars: number): string[] {
  const lines: string[] = [];
  let open: Section[] = [];
  let length = 0;
  const close = (): void => {
    lines.push(document(scope, open, reset && lines.length === 0));
    open = [];
    length = 0;
  };
  for (const { kind, table, texts } of sections) {
    let from = 0;
    for (const [at, { length: chars }] of texts.entries()) {
      if (length > 0 && length + chars > lineChars) {
        if (at > from) open.push({ kind, table, texts: texts.slice(from, at) });
        from = at;
        close();
      }
      length += chars + 1;
    }
    if (texts.length > from) open.push({ kind, table, texts: from === 0 ? texts : texts.slice(from) });
  }
  if (open.length > 0 || lines.length === 0) close();
  return lines;
}

function document(scope: ScopeKey, sections: readonly Section[], reset: boolean): string {
  const said = (kind: Section['kind']): string => {
    const tables = sections.filter((section) => section.kind === kind);
    if (tables.length === 0) return '';
    return `,"${kind}":{${tables.map(({ table, texts }) => `${JSON.stringify(table)}:[${texts.join(',')}]`).join(',')}}`;
  };
  return `{"scope":${JSON.stringify(scope)}${reset ? ',"reset":true' : ''}${said('drop')}${said('put')}}`;
}
