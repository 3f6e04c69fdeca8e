import type { Migration } from './migration-files.ts';
import { MigrationFailure } from './migration-failure.ts';

/** A row of `migration.applied`. */
export type AppliedMigration = { readonly number: number; readonly name: string; readonly checksum: string };

/**
 * Which files are still to be run on a database that has run `applied`. Pure.
 * Throws `MigrationFailure` when history and files disagree: guessing would leave two databases with different schemas.
 */
export function planMigrations(files: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  for (const row of applied) {
    const file = byNumber.get(row.number);
    if (file === undefined || file.name !== row.name) throw missing(row, file);
    if (file.checksum !== row.checksum) throw changed(file);
  }
  const done = new Set(applied.map((row) => row.number));
  const newest = Math.max(0, ...done);
  const pending = files.filter((file) => !done.has(file.number));
  const late = pending.find((file) => file.number < newest);
  if (late !== undefined) throw outOfOrder(late, newest);
  return pending;
}

function missing(row: AppliedMigration, found: Migration | undefined): MigrationFailure {
  const instead = found === undefined ? '' : ` (${found.name} has its number)`;
  return new MigrationFailure(
    'file_missing',
    row.name,
    `This database has run it, but the file is not there${instead}.`,
    'Put it back, or start the version of Elira that this database belongs to.',
  );
}

function changed(file: Migration): MigrationFailure {
  return new MigrationFailure(
    'file_changed',
    file.path,
    'It was changed after this database ran it.',
    'Undo the change, and write the new wish into a new file with the next number.',
  );
}

function outOfOrder(file: Migration, newest: number): MigrationFailure {
  return new MigrationFailure(
    'out_of_order',
    file.path,
    `This database has already run number ${newest}.`,
    'Give the file the next free number.',
  );
}
