import { expect, test } from 'vitest';
import { toMigration } from './migration-files.ts';
import { planMigrations } from './plan-migrations.ts';

const files = ['0001_a.sql', '0002_b.sql', '0004_d.sql'].map((name) => toMigration(name, `SELECT '${name}';`));
const applied = files.map(({ number, name, checksum }) => ({ number, name, checksum }));

test('PG20 what is pending is what was not applied', () => {
  expect(planMigrations(files, [])).toEqual(files);
  expect(planMigrations(files, applied.slice(0, 1))).toEqual(files.slice(1));
  expect(planMigrations(files, applied)).toEqual([]);
  expect(planMigrations([], [])).toEqual([]);
});

test('PG22 history and files must agree', () => {
  expect(() => planMigrations(files.slice(1), applied)).toThrow(/0001_a\.sql: This database has run it/);
  expect(() => planMigrations(files, [{ number: 1, name: '0001_other.sql', checksum: 'x' }])).toThrow(
    /0001_other\.sql.*0001_a\.sql has its number/,
  );
  expect(() => planMigrations(files, [{ ...applied[1], number: 2, name: '0002_b.sql', checksum: 'x' }])).toThrow(
    /0002_b\.sql: It was changed/,
  );
  expect(() => planMigrations(files, applied.slice(1))).toThrow(/0001_a\.sql: This database has already run number 4/);
});
