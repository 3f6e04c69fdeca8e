import { scopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import type { ScopeChanges } from '../route/scope-changes.ts';
import { summaryDialect } from './dialect.ts';
import { Tail } from './frame.ts';

const NOTES = scopeKey('notes', 'reader', 'ann');
const dialect = summaryDialect({
  ofChange: ({ table, key, row, was }) => (table === 'note' ? { note: key, gone: row === undefined, ...was } : undefined),
  ofScope: (scope) => [{ anything: scope }],
});
const changes = (puts: [string, string][], drops: string[] = [], table = 'note'): ScopeChanges =>
  new Map([
    [
      table,
      {
        puts: new Map(puts),
        drops: new Map(drops.map((key) => [key, ['ann', 'ann', 'bob'].map((owner) => ({ xid: 1n, was: { owner } }))])),
      },
    ],
  ]);

test('Y1 a summary is said once, as events without a name, and holds nothing of a row', () => {
  const lines = [
    ...dialect.changes(NOTES, changes([['n1', '{"id":"n1","secret":"CANARY"}']], ['n2']), 1),
    ...dialect.changes(NOTES, changes([['n1', '{"id":"n1"}']]), 1),
    ...dialect.changes(NOTES, changes([['m1', '{}']], [], 'member'), 1),
  ];
  const { plain, needsTail } = dialect.batch(lines, 'PLACE', 1, 0);
  expect(needsTail).toBe(true);
  expect(plain.toString() + new Tail('GRANT').plain.toString()).toBe(
    'data: {"note":"n2","gone":true,"owner":"ann"}\n\ndata: {"note":"n2","gone":true,"owner":"bob"}\n\ndata: {"note":"n1","gone":false}\nid: PLACE.GRANT\n\n',
  );
});

test('Y1 what says nothing moves the cursor and dispatches no event', () => {
  const { plain } = dialect.batch([], 'PLACE', 1, 0);
  expect(plain.toString() + new Tail('GRANT').plain.toString()).toBe('id: PLACE.GRANT\n\n');
});

test('Y1 a scope that begins anew or is withdrawn is said without its rows', () => {
  expect(dialect.reset(NOTES, new Map([['note', new Map([['n1', '{"secret":"CANARY"}']])]]), 1)).toEqual([
    '{"anything":"notes:ann/reader"}',
  ]);
  expect(dialect.withdrawal([NOTES, NOTES]).plain.toString()).toBe('data: {"anything":"notes:ann/reader"}\n\n');
});

test('R10 a change of which the application can say nothing is told as its scope, and the others are told as they are', () => {
  const dialect = summaryDialect({
    ofChange: ({ key, row }) => {
      if (row?.includes('poison') === true) throw new Error('not as I thought');
      return { changed: key };
    },
    ofScope: (scope) => [{ anyOf: scope }],
  });
  const puts = new Map([
    ['a', '{}'],
    ['b', '{"poison":1}'],
    ['c', '{}'],
  ]);
  const lines = dialect.changes(NOTES, new Map([['note', { puts, drops: new Map() }]]), 1000);
  expect(lines).toEqual(['{"changed":"a"}', '{"anyOf":"notes:ann/reader"}', '{"changed":"c"}']);
});
