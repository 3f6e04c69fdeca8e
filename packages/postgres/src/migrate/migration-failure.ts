export type MigrationFailureCode =
  | 'bad_name'
  | 'number_taken'
  | 'own_transaction'
  | 'file_changed'
  | 'file_missing'
  | 'out_of_order'
  | 'sql_failed';

/** A migration cannot be run, or must not be. `message` names the file, what is wrong with it, and the remedy. */
export class MigrationFailure extends Error {
  readonly code: MigrationFailureCode;
  readonly file: string;

  constructor(code: MigrationFailureCode, file: string, what: string, remedy: string, options?: ErrorOptions) {
    super(`Migration ${file}: ${what} ${remedy}`, options);
    this.name = 'MigrationFailure';
    this.code = code;
    this.file = file;
  }
}
