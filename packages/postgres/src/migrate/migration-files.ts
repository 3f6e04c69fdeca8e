import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { allStatements } from '../sql-text/split-sql.ts';
import { MigrationFailure } from './migration-failure.ts';

/** One numbered SQL file. `checksum` is the same whether git gave it LF or CRLF. */
export type Migration = {
  readonly number: number;
  readonly name: string;
  readonly path: string;
  readonly sql: string;
  readonly checksum: string;
};

const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Reads all `0001_name.sql` of the folders, in the order of their numbers.
 * Throws `MigrationFailure` for names that do not fit, numbers used twice, and files with a transaction of their own.
 */
export async function readMigrations(folders: readonly string[]): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql') && name !== 'schema.sql');
    for (const name of names) {
      const path = join(folder, name);
      migrations.push(toMigration(path, await readFile(path, 'utf8')));
    }
  }
  return inOrder(migrations);
}

/** Pure. */
export function toMigration(path: string, text: string): Migration {
  const name = basename(path);
  const number = Number(NAME.exec(name)?.[1] ?? 0);
  if (number === 0)
    throw new MigrationFailure(
      'bad_name',
      path,
      'Its name does not fit 0001_what_it_does.sql.',
      'Rename it, or move it elsewhere.',
    );
  const sql = text.replaceAll('\r\n', '\n');
  refuseOwnTransaction(path, sql);
  return { number, name, path, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

const TRANSACTION_COMMANDS = new Set(['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT']);

function refuseOwnTransaction(path: string, sql: string): void {
  for (const { words, line } of allStatements(sql)) {
    const [first = '', second = ''] = words;
    if (!TRANSACTION_COMMANDS.has(first) && !(first === 'PREPARE' && second === 'TRANSACTION')) continue;
    throw new MigrationFailure(
      'own_transaction',
      path,
      `Line ${line} says ${first}.`,
      'Each file runs in one transaction of ours; take that statement out.',
    );
  }
}

function inOrder(migrations: readonly Migration[]): readonly Migration[] {
  const sorted = migrations.toSorted((a, b) => a.number - b.number);
  sorted.forEach((migration, index) => {
    const before = sorted[index - 1];
    if (before?.number !== migration.number) return;
    throw new MigrationFailure(
      'number_taken',
      migration.path,
      `${before.path} has the same number.`,
      'Give one of them the next free number.',
    );
  });
  return sorted;
}
