import type { Row, ScopeDelta, ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import type { ReadyBatch } from '../ingest/stream-session.ts';
import { RowStore, type Commit } from './row-store.ts';

const FULL = 'courses/admin' as ScopeKey;
const MASKED = 'courses/learner' as ScopeKey;
const step = (cursor: string, ...deltas: ScopeDelta[]): ReadyBatch => ({ cursor, epoch: 'e', deltas, freshAt: 0 });
const put = (scope: ScopeKey, key: string, row: Row, reset = false): ScopeDelta => ({
  scope,
  ...(reset ? { reset: true } : {}),
  put: { courses: [[key, row]] },
});
const drop = (scope: ScopeKey, key: string): ScopeDelta => ({ scope, drop: { courses: [key] } });

function both(): RowStore {
  const store = new RowStore();
  store.apply(step('c1', put(FULL, '1', { title: 'A', draft: true }, true), put(MASKED, '1', { title: 'A', stars: 5 }, true)));
  return store;
}
const seen = (store: RowStore): Row | undefined => store.rows('courses').get('1');

test('K19 a row in two scopes shows the columns of both, and goes with the last', () => {
  const store = both();
  expect(seen(store)).toEqual({ title: 'A', draft: true, stars: 5 });
  store.apply(step('c2', drop(FULL, '1')));
  expect(seen(store)).toEqual({ title: 'A', stars: 5 });
  store.apply(step('c3', put(FULL, '1', { title: 'B', draft: false }), put(MASKED, '1', { title: 'B', stars: 5 })));
  expect(seen(store)).toEqual({ title: 'B', draft: false, stars: 5 });
  store.withdraw([MASKED]);
  expect(seen(store)).toEqual({ title: 'B', draft: false });
  store.apply(step('c4', drop(FULL, '1')));
  expect([seen(store), store.dump(FULL)]).toEqual([undefined, new Map()]);
});

test('K14 a withdrawal takes the cursor with it until the next batch: it stood for rows that are no longer held', () => {
  const store = both();
  store.withdraw([MASKED]);
  expect([store.cursor, store.toDump().cursor, store.scopes()]).toEqual([undefined, undefined, [FULL]]);
  store.apply(step('c2'));
  expect(store.cursor).toBe('c2');
  store.withdraw([FULL]);
  expect([store.cursor, store.scopes()]).toEqual([undefined, []]);
});

test('K19 a column that a mask no longer shows is gone, not kept', () => {
  const store = both();
  store.apply(step('c2', put(MASKED, '1', { title: 'A' })));
  expect(seen(store)).toEqual({ title: 'A', draft: true });
});

test('K19 keys that are not held may be dropped', () => {
  const store = both();
  const commit = store.apply(step('c2', { scope: FULL, drop: { courses: ['9'], other: ['1'] } }));
  expect([commit.changes.size, store.rows('courses').size]).toEqual([0, 1]);
});

test('K20 a listener sees the whole step with its cursor, once, with what changed', () => {
  const store = both();
  const told: [Commit, unknown][] = [];
  store.subscribe((commit) => void told.push([commit, [store.cursor, [...store.rows('courses').values()]]]));
  store.apply(step('c2', put(FULL, '2', { title: 'N' }), drop(FULL, '1'), drop(MASKED, '1'), put(MASKED, '3', { title: 'M' })));
  expect(told).toHaveLength(1);
  expect(told[0]?.[1]).toEqual(['c2', [{ title: 'N' }, { title: 'M' }]]);
  expect([...(told[0]?.[0].changes.get('courses') ?? [])]).toEqual([
    ['2', { before: undefined, after: { title: 'N' } }],
    ['1', { before: { title: 'A', draft: true, stars: 5 }, after: undefined }],
    ['3', { before: undefined, after: { title: 'M' } }],
  ]);
});

test('K20 a step that is refused changes nothing and tells nobody', () => {
  const store = both();
  store.subscribe(() => {
    throw new Error('told');
  });
  const other = 'other/x' as ScopeKey;
  expect(() => store.apply(step('c2', put(FULL, '1', {}), put(other, '1', {})))).toThrow('not held');
  expect(() => store.apply({ ...step('c2', put(FULL, '1', {})), holds: { scopes: [other], snapshot: false } })).toThrow(
    'did not come',
  );
  expect([store.cursor, seen(store)]).toEqual(['c1', { title: 'A', draft: true, stars: 5 }]);
});

test('K20 a listener that throws stops neither the step nor the others, and one that is added hears the next step first', () => {
  const errors: unknown[] = [];
  const store = new RowStore({}, (error) => void errors.push(error));
  const told: string[] = [];
  store.subscribe(() => {
    throw new Error('mine');
  });
  const end = store.subscribe(() => {
    end();
    store.subscribe(({ cursor }) => void told.push(`late ${cursor}`));
    told.push('first');
  });
  store.apply(step('c1', put(FULL, '1', {}, true)));
  store.apply(step('c2', put(FULL, '1', { a: 1 })));
  expect([told, errors.length, store.cursor]).toEqual([['first', 'late c2'], 2, 'c2']);
});

test('K20 a dump is JSON, carries every scope with its rows and cursor, and a store made from it is the same', () => {
  const store = both();
  store.apply(step('c2', { scope: 'empty/x' as ScopeKey, reset: true }));
  const dump = JSON.parse(JSON.stringify(store.toDump())) as ReturnType<typeof store.toDump>;
  const copy = new RowStore(dump);
  expect([copy.cursor, copy.epoch, copy.scopes(), seen(copy)]).toEqual(['c2', 'e', store.scopes(), seen(store)]);
  expect(copy.dump(MASKED)).toEqual(new Map([['courses', new Map([['1', { title: 'A', stars: 5 }]])]]));
  expect(new RowStore().toDump()).toEqual({ scopes: [] });
});

test('K13 a reset with the same rows keeps their identity and reports only what differs', () => {
  const store = both();
  store.apply(step('c2', put(FULL, '2', { title: 'B' })));
  const before = store.rows('courses').get('2');
  const commit = store.apply(
    step('c3', {
      scope: FULL,
      reset: true,
      put: {
        courses: [
          ['2', { title: 'B' }],
          ['3', { title: 'C' }],
        ],
      },
    }),
  );
  expect(store.rows('courses').get('2')).toBe(before);
  expect([...(commit.changes.get('courses')?.keys() ?? [])].toSorted()).toEqual(['1', '3']);
});
