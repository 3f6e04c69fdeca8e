import { expect, test } from 'vitest';
import { toMigration } from './migration-files.ts';

test('PG26 line endings do not change a checksum, anything else does', () => {
  const unix = toMigration('0001_a.sql', 'SELECT 1;\nSELECT 2;\n');
  expect(toMigration('x/0001_a.sql', 'SELECT 1;\r\nSELECT 2;\r\n').checksum).toBe(unix.checksum);
  expect(toMigration('0001_a.sql', 'SELECT 1;\nSELECT 3;\n').checksum).not.toBe(unix.checksum);
});

test.each(['1_a.sql', '0001-a.sql', '0000_a.sql', '0001_A.sql', 'a.sql', '00001_a.sql'])(
  'PG27 the name %s is refused',
  (name) => {
    expect(() => toMigration(`sql/${name}`, '')).toThrow(`Migration sql/${name}: Its name does not fit`);
  },
);

test.each(['BEGIN;', 'start transaction;', 'COMMIT', 'end;', 'rollback;', 'abort;', "prepare transaction 'x';"])(
  'PG28 %s of its own is refused with its line',
  (sql) => {
    expect(() => toMigration('0001_a.sql', `SELECT 1;\n-- then\n${sql}`)).toThrow('0001_a.sql: Line 3 says');
  },
);

test('PG28 BEGIN in a function is no transaction', () => {
  const sql =
    'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; PREPARE p AS SELECT 1; SAVEPOINT s;';
  expect(() => toMigration('0001_a.sql', sql)).not.toThrow();
});
