import type { Row, ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { heartbeat, hello, batch, part, put } from '../contract/hand-server.ts';
import { Pipeline } from '../contract/pipeline.ts';
import { RowStore } from '../store/row-store.ts';
import { View } from './view.ts';

const A = 'a/x' as ScopeKey;

function shown(): { store: RowStore; view: View; on: Pipeline; errors: unknown[] } {
  const [store, errors] = [new RowStore(), [] as unknown[]];
  const view = new View(store, (error) => void errors.push(error));
  const on = new Pipeline(store);
  on.push(hello([A]) + batch('c1', put(A, { 1: { n: 1 }, 2: { n: 2 } }, { reset: true })));
  return { store, view, on, errors };
}
const isOdd = (row: Row): boolean => Number(row['n']) % 2 === 1;

test('K21 the same question has the same answer until something changed', () => {
  const { view, on } = shown();
  const table = view.table('courses');
  let asked = 0;
  const counting = (): boolean => (asked += 1) > 0;
  expect([table.where(counting) === table.where(counting), asked]).toEqual([true, 2]);
  const [all, odd, one] = [table.all(), table.where(isOdd), table.get('1')];
  on.push(heartbeat('c2') + batch('c3', put(A, { 1: { n: 1 } })));
  expect([table.all() === all, table.where(isOdd) === odd, table.get('1') === one]).toEqual([true, true, true]);
  on.push(batch('c4', put(A, { 2: { n: 4 } })));
  expect([table.all() === all, table.where(isOdd) === odd, table.get('1') === one]).toEqual([false, true, true]);
  on.push(batch('c5', put(A, { 2: { n: 5 } })));
  expect([table.where(isOdd), view.table('courses') === table, view.table('none').all()]).toEqual([
    [{ n: 1 }, { n: 5 }],
    true,
    [],
  ]);
  expect([view.table('none').all() === view.table('none').all(), Object.isFrozen(table.all())]).toEqual([true, true]);
});

test('K21 a listener is told once for each step that changed its table or row, and for no other', () => {
  const { view, on } = shown();
  const told: string[] = [];
  const table = view.table('courses');
  const listener = (): void => void told.push(`table ${table.all().length}`);
  table.subscribe(listener);
  table.subscribeRow('2', listener);
  const end = table.subscribeRow('1', () => void told.push(`row ${table.get('1') === undefined ? 'gone' : 'here'}`));
  view.table('other').subscribe(() => void told.push('other'));
  on.push(batch('c2', put(A, { 2: { n: 3 }, 3: { n: 3 } })));
  on.push(batch('c3', { scope: A, drop: { courses: ['1'] } }) + heartbeat('c4'));
  end();
  on.push(batch('c5', put(A, { 1: { n: 1 } })));
  expect(told).toEqual(['table 3', 'table 2', 'row gone', 'table 3']);
});

test('K10 every listener is told although one throws', () => {
  const { view, on, errors } = shown();
  let told = 0;
  view.table('courses').subscribe(() => {
    throw new Error('mine');
  });
  view.table('courses').subscribe(() => (told += 1));
  on.push(batch('c2', put(A, { 1: { n: 9 } })));
  expect([told, errors.length]).toEqual([1, 1]);
});

test('K22 the age counts from what the server knew, and from the first piece of a batch', () => {
  const { view, on } = shown();
  expect([new View(new RowStore(), () => undefined).ageMs(5), view.ageMs(1000)]).toEqual([undefined, 1000]);
  on.now = 5000;
  on.push(heartbeat('c2', 300));
  expect([view.ageMs(5000), view.ageMs(6000), view.ageMs(4000)]).toEqual([300, 1300, 0]);
  on.push(part(put(A, { 1: { n: 2 } })));
  on.now = 8000;
  on.push(batch('c3', put(A, { 1: { n: 3 } })));
  expect(view.ageMs(8000)).toBe(3000);
  on.push(batch('c4', put(A, { 1: { n: 4 } })).replace('event: batch', 'event: batch\nage: 700'));
  expect(view.ageMs(8000)).toBe(700);
});
