import { expect, test } from 'vitest';
import { formatError, formatResult } from './format-result.ts';

const columns = [
  { name: 'id', rightAligned: true },
  { name: 'title', rightAligned: false },
];

test('PG32 rows are aligned and counted', () => {
  const rows = [
    ['1', 'Bäume'],
    ['10', null],
    [null, 'two\nlines\u001b[31m'],
  ];
  expect(formatResult({ columns, rows, rowCount: 3, command: 'SELECT 3' })).toBe(
    ' id |     title\n----+----------------\n  1 | Bäume\n 10 |\n    | two↵lines·[31m\n(3 rows)\n\n',
  );
  expect(formatResult({ columns: [], rows: [], rowCount: 0, command: 'UPDATE 3' })).toBe('UPDATE 3\n');
  expect(formatResult({ columns, rows: [['1', 'a']], rowCount: 7, command: 'SELECT 7' })).toContain(
    '(7 rows, the first 1 shown)',
  );
  expect(formatResult({ columns, rows: [['1', 'a']], rowCount: 1, command: 'SELECT 1' })).toContain('(1 row)');
});

test('PG32 errors carry their SQLSTATE and point at the place', () => {
  const sql = 'select 1,\n  nope from t;';
  expect(
    formatError({ message: 'column "nope" does not exist', code: '42703', position: '13', hint: 'Perhaps yes.' }, sql),
  ).toBe('ERROR:  column "nope" does not exist (SQLSTATE 42703)\nLINE 2:   nope from t;\n          ^\nHINT:  Perhaps yes.\n');
});
