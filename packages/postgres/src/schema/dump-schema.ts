import { readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';

export type DumpOptions = { readonly schemas: readonly string[] };

type Line = { readonly kind: string; readonly object: string; readonly text: string };

/**
 * The definition of everything in `schemas`, as text for people and for comparing: the same for the same migrations,
 * whatever the order of creation, the database, or the major version (14 to 18; but queries inside of definitions, as in
 * views and in policies with a SELECT, are written out with other qualifiers before 16).
 */
export async function dumpSchema(client: ClientBase, { schemas }: DumpOptions): Promise<string> {
  const sql = await readFile(new URL('../../sql/schema-dump.sql', import.meta.url), 'utf8');
  // Deparsers leave out the names of schemas that the search path holds.
  const before = await client.query<{ path: string }>("SELECT current_setting('search_path') AS path");
  await client.query("SELECT set_config('search_path', '', false)");
  try {
    const { rows } = await client.query<Line>(sql, [schemas]);
    return formatDump(rows);
  } finally {
    await client.query("SELECT set_config('search_path', $1, false)", [before.rows[0]?.path ?? '']).catch(() => undefined);
  }
}

/** One block for each kind and object. Pure. */
export function formatDump(lines: readonly Line[]): string {
  const blocks: string[] = [];
  let heading = '';
  for (const { kind, object, text } of lines) {
    const next = `-- ${kind} ${object}`;
    if (next !== heading) blocks.push(`\n${next}`);
    heading = next;
    blocks.push(text);
  }
  return `-- Dumped from the catalogue after all migrations; never run, only compared.\n${blocks.join('\n')}\n`;
}
