import { expect, test } from 'vitest';
import { allStatements, splitSql } from './split-sql.ts';

const texts = (sql: string): string[] => splitSql(sql).statements.map((statement) => statement.text);

test('PG30 statements end at semicolons', () => {
  expect(texts('select 1; select 2;')).toEqual(['select 1;', 'select 2;']);
  expect(splitSql('select 1; select 2')).toMatchObject({ rest: ' select 2', inside: 'statement' });
  expect(splitSql('')).toEqual({ statements: [], rest: '', inside: 'nothing' });
  expect(texts(';;  ; -- nothing\n;')).toEqual([]);
});

test.each([
  ["select ';''; ', 1;", 'quotes'],
  ['select ";"" ;" from t;', 'quoted identifiers'],
  ["select E'\\';' ;", 'backslashes in E strings'],
  ["select '\\' ;", 'no backslashes in plain strings'],
  ['select $$ ; $a$ ; $$;', 'dollar quotes'],
  ['select $tag_1$ ; $$ ; $tag$ ; $tag_1$;', 'tagged dollar quotes'],
  ['select 1 -- ; not here\n;', 'line comments'],
  ['select /* ; /* ; */ ; */ 1;', 'nested block comments'],
  ['create rule r as on insert to t do (select 1; select 2);', 'parentheses'],
  ['select a$b$c, $1 from t$x$ ;', 'dollar signs within words, and parameters'],
  ['create function f() returns int language sql begin atomic select case when true then 1 end; select 2; end;', 'bodies'],
  ['CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END;', 'bodies of procedures'],
  ["create function f() returns trigger language plpgsql as $$ begin new.a := ';'; return new; end $$;", 'plpgsql'],
])('PG30 %s is one statement (%s)', (sql) => {
  expect(texts(sql)).toEqual([sql]);
  expect(splitSql(sql).inside).toBe('nothing');
});

test('PG30 BEGIN outside of routines opens nothing', () => {
  expect(texts('begin; update t set a = 1; end;')).toEqual(['begin;', 'update t set a = 1;', 'end;']);
});

test.each([
  ["select 'a;", 'string'],
  ['select "a;', 'identifier'],
  ['select $x$ ; $$', 'dollar'],
  ['/* ;', 'comment'],
  ['select (1;', 'parenthesis'],
  ['create function f() begin atomic select 1;', 'body'],
  ['select 1', 'statement'],
  ['  -- only a comment', 'nothing'],
] as const)('PG30 %s goes on inside %s', (sql, inside) => {
  expect(splitSql(sql)).toMatchObject({ statements: [], rest: sql, inside });
});

test('PG30 line and first words are told, comments left out', () => {
  const [, second] = splitSql('select 1;\n\n-- why\n/* x */ Start  transaction;').statements;
  expect(second).toMatchObject({ line: 4, words: ['START', 'TRANSACTION'] });
});

test('PG30 a last statement needs no semicolon, even behind a comment', () => {
  expect(allStatements('select 1; commit -- done').map((statement) => statement.words[0])).toEqual(['SELECT', 'COMMIT']);
});

test('PG30 any text is cut without loss', () => {
  const sql = "a 'b;' ; $$;$$ c; (d;e) ;; f -- ;\n g; 'open";
  const { statements, rest } = splitSql(sql);
  expect(statements.map((statement) => statement.text).join('')).toBe("a 'b;' ;$$;$$ c;(d;e) ;f -- ;\n g;");
  expect(sql.endsWith(rest)).toBe(true);
});
