import { LIMITS, type ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { batch, frame, heartbeat, hello, part, put } from '../contract/hand-server.ts';
import { Pipeline } from '../contract/pipeline.ts';
import { RowStore } from '../store/row-store.ts';
import { freezeValue, sameValue } from './freeze-value.ts';

const A = 'a/x' as ScopeKey;
const B = 'b/x' as ScopeKey;
const RESET = { reset: true } as const;

/** A store that holds row 1 in scope A at cursor c1, and a connection that resumes from there. */
function resumed(scopes: readonly string[] = [A], resume = 'ring'): { store: RowStore; on: Pipeline } {
  const store = new RowStore();
  new Pipeline(store).push(hello([A]) + batch('c1', put(A, { 1: { v: 1 } }, RESET)));
  const on = new Pipeline(store);
  on.push(hello(scopes, resume));
  return { store, on };
}
const keys = (store: RowStore): string[] => [...store.rows('courses').keys()].toSorted();

test('K2 a batch in parts may have as many bytes as the limit, and no more', () => {
  const line = put(A, { 1: { v: 'x'.repeat(100) } }, RESET);
  const more = put(A, { 2: { v: 'x'.repeat(100) } });
  const total =
    'event: part'.length +
    'data: '.length +
    JSON.stringify(line).length +
    'id: c1'.length +
    'event: batch'.length +
    'data: '.length +
    JSON.stringify(more).length;
  const store = new RowStore();
  new Pipeline(store, total).push(hello([A]) + part(line) + batch('c1', more));
  expect(keys(store)).toEqual(['1', '2']);
  const none = new RowStore();
  const refused = new Pipeline(none, total - 1);
  expect(() => refused.push(hello([A]) + part(line) + batch('c1', more))).toThrow('batch_too_large');
  expect([none.cursor, keys(none)]).toEqual([undefined, []]);
});

test('K3 every wrong shape is refused, saying where and never with what data', () => {
  const line = (value: object): string => frame('batch', [value], 'c2');
  const wrong: Record<string, string> = {
    'a batch without an id': frame('batch', [{ scope: A }]),
    'an id that is too long': frame('batch', [{ scope: A }], 'x'.repeat(LIMITS.cursorBytes + 1)),
    'an id with a space': frame('batch', [{ scope: A }], 'a b'),
    'no JSON': 'id: c2\nevent: batch\ndata: {"scope":"canary\n\n',
    'no object': line(['canary']),
    'no scope': line({ put: {} }),
    'a reset of false': line({ scope: A, reset: false }),
    'a put that is a list': line({ scope: A, put: [['1', {}]] }),
    'a table that is no list': line({ scope: A, put: { courses: { canary: {} } } }),
    'a pair of one': line({ scope: A, put: { courses: [['canary']] } }),
    'a key that is a number': line({ scope: A, put: { courses: [[1, { canary: 1 }]] } }),
    'a row that is null': line({ scope: A, put: { courses: [['canary', null]] } }),
    'a dropped number': line({ scope: A, drop: { courses: [7] } }),
    'a withdrawal of nothing': frame('withdraw', {}),
    'a withdrawal in two lines': 'event: withdraw\ndata: {"scopes":[]}\ndata: {}\n\n',
    'a heartbeat without age': frame('heartbeat', {}, 'c2'),
    'a heartbeat from the future': frame('heartbeat', { ageMs: -1 }, 'c2'),
    'a batch from the future': batch('c2', put(A, { 2: {} })).replace('event: batch', 'event: batch\nage: -1'),
    'a goodbye without a code': frame('goodbye', { title: 'canary' }),
    'a second hello': hello([A], 'ring'),
    'a reset in a later line': batch('c2', put(A, { 2: {} }), put(A, { 3: {} }, RESET)),
    'too many scopes': frame('withdraw', { scopes: Array.from({ length: LIMITS.scopesPerConnection + 1 }, String) }),
  };
  for (const [what, text] of Object.entries(wrong)) {
    const { store, on } = resumed();
    let message = 'nothing was thrown';
    try {
      on.push(text);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect([what, message, store.cursor, keys(store)]).toEqual([
      what,
      expect.not.stringMatching(/nothing was thrown|canary/),
      'c1',
      ['1'],
    ]);
  }
});

test('K3 nothing but a goodbye comes before the hello, and a hello resumes only what was asked to be', () => {
  for (const text of [batch('c1', { scope: A }), part({ scope: A }), heartbeat('c1'), frame('withdraw', { scopes: [A] })]) {
    expect(() => new Pipeline(new RowStore()).push(text)).toThrow('before the hello');
  }
  expect(() => new Pipeline(new RowStore()).push(hello([A], 'ring'))).toThrow('without a cursor');
  expect(() => new Pipeline(new RowStore()).push(frame('goodbye', { code: 'shutting_down', status: 503 }))).toThrow(
    'shutting_down',
  );
});

test('K11 a heartbeat moves the cursor, unless rows are awaited or a batch is under way', () => {
  const quiet = resumed();
  quiet.on.push(heartbeat('c2'));
  expect(quiet.store.cursor).toBe('c2');
  quiet.on.push(part(put(A, { 2: {} })) + heartbeat('c3'));
  expect(quiet.store.cursor).toBe('c2');
  const gained = resumed([A, B]);
  expect([gained.on.push(heartbeat('c2')), gained.store.cursor]).toEqual([['nothing'], 'c1']);
  const snapshot = resumed([A], 'snapshot');
  expect([snapshot.on.push(heartbeat('c2')), snapshot.store.cursor]).toEqual([['nothing'], 'c1']);
  const nothing = resumed([], 'snapshot');
  nothing.on.push(heartbeat('c2'));
  expect([nothing.store.cursor, nothing.store.scopes(), keys(nothing.store)]).toEqual(['c2', [], []]);
});

test('K12 put and remove of one key in one batch: lines in order, in a line the drop first', () => {
  const { store, on } = resumed();
  on.push(
    batch(
      'c2',
      put(A, { 2: { v: 2 }, 3: {} }, { drop: { courses: ['1', '2'] } }),
      { scope: A, drop: { courses: ['3'] } },
      put(A, { 1: { v: 'again' } }),
    ),
  );
  expect([...store.rows('courses')].toSorted()).toEqual([
    ['1', { v: 'again' }],
    ['2', { v: 2 }],
  ]);
});

test('K14 what a withdrawal overtook is not shown, its reset included, until the scope is gained again', () => {
  const { store, on } = resumed([A, B]);
  on.push(
    part(put(B, { 8: { secret: 1 } }, RESET)) +
      frame('withdraw', { scopes: [B] }) +
      batch('c2', put(B, { 9: { secret: 1 } }), put(A, { 2: {} })),
  );
  expect([store.scopes(), keys(store)]).toEqual([[A], ['1', '2']]);
  on.push(batch('c3', put(B, { 9: { secret: 1 } })));
  expect([store.cursor, keys(store)]).toEqual(['c3', ['1', '2']]);
  on.push(batch('c4', put(B, { 9: { ours: 1 } }, RESET)) + batch('c5', put(B, { 8: {} })));
  expect([store.scopes(), keys(store)]).toEqual([
    [A, B],
    ['1', '2', '8', '9'],
  ]);
});

test('K15 old rows stay until the snapshot is complete, then exactly the new scopes are there', () => {
  const { store, on } = resumed([B], 'snapshot');
  on.push(part(put(B, { 5: {} }, RESET)));
  expect([keys(store), store.cursor]).toEqual([['1'], 'c1']);
  on.push(batch('c9', put(B, { 6: {} })));
  expect([keys(store), store.scopes(), store.cursor]).toEqual([['5', '6'], [B], 'c9']);
});

test('K15 a scope of a snapshot that came without a line is empty, one that is continued without a reset is refused', () => {
  const { store, on } = resumed([A, B], 'snapshot');
  expect(() => on.push(batch('c2', put(A, { 2: {} })))).toThrow('not held');
  expect(keys(store)).toEqual(['1']);
  const empty = resumed([A, B], 'snapshot');
  empty.on.push(batch('c2', { scope: B, reset: true }));
  expect([keys(empty.store), empty.store.scopes().toSorted()]).toEqual([[], [A, B]]);
});

test('K16 scopes that the hello does not name go with the first heartbeat or batch, not before', () => {
  for (const first of [heartbeat('c2'), batch('c2', put(B, { 1: { v: 'b' } }, RESET))]) {
    const { store, on } = resumed(first.includes('batch') ? [B] : []);
    expect(keys(store)).toEqual(['1']);
    on.push(first);
    expect(store.scopes()).toEqual(first.includes('batch') ? [B] : []);
    expect(store.dump(A)).toBeUndefined();
  }
});

test('K16 a scope that is named or continued, but neither held nor sent, is not guessed at', () => {
  const continued = resumed();
  expect(() => continued.on.push(batch('c2', put(A, { 2: {} }), put(B, { 2: {} })))).toThrow(
    'line 2 of a batch continues a scope that is not held',
  );
  expect([continued.store.cursor, keys(continued.store)]).toEqual(['c1', ['1']]);
  const named = resumed([A, B]);
  expect(() => named.on.push(batch('c2', put(A, { 2: {} })))).toThrow('did not come');
  expect([named.store.cursor, keys(named.store)]).toEqual(['c1', ['1']]);
});

test('K17 __proto__ and its like are names of scopes, tables, keys and columns like any other', () => {
  const store = new RowStore();
  const evil = '__proto__' as ScopeKey;
  const text = `{"scope":"__proto__","reset":true,"put":{"__proto__":[["__proto__",{"__proto__":{"polluted":1},"constructor":2}]]}}`;
  const other = `{"scope":"o","reset":true,"put":{"__proto__":[["__proto__",{"toString":"own"}]]}}`;
  new Pipeline(store).push(`${hello([evil, 'o'])}id: c1\nevent: batch\ndata: ${text}\ndata: ${other}\n\n`);
  const row = store.rows('__proto__').get('__proto__') ?? {};
  expect(JSON.stringify(row)).toBe('{"__proto__":{"polluted":1},"constructor":2,"toString":"own"}');
  expect([Object.getPrototypeOf(row), 'polluted' in {}, store.rows('constructor').size]).toEqual([Object.prototype, false, 0]);
});

test('K18 what a newer server adds is passed over, another version stops with advice', () => {
  const { store, on } = resumed();
  on.push(frame('presence', { who: 1 }) + frame('batch', [{ scope: A, put: { courses: [['2', {}]] }, since: 7 }], 'c2'));
  expect([store.cursor, keys(store)]).toEqual(['c2', ['1', '2']]);
  expect(() =>
    new Pipeline(new RowStore()).push(
      frame('hello', { protocol: 2, epoch: 'e', scopes: [], resumed: 'snapshot', heartbeatSeconds: 5 }),
    ),
  ).toThrow('protocol_unsupported');
});

test('K21 no mutable object is shared between subscribers: rows are frozen all the way down, and a hostile depth overflows nothing', () => {
  const { store, on } = resumed();
  on.push(batch('c2', put(A, { 2: { tags: [{ name: 'x' }] } })));
  const row = store.rows('courses').get('2') as { tags: { name: string }[] };
  expect([Object.isFrozen(row), Object.isFrozen(row.tags), Object.isFrozen(row.tags[0])]).toEqual([true, true, true]);
  const deep = (): object => JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
  freezeValue(deep());
  expect(sameValue(deep(), deep())).toBe(false);
});

test('K13 values are equal by content, whatever the order of their columns', () => {
  expect(sameValue({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBe(true);
  for (const [a, b] of [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [[1], { 0: 1 }],
    [null, {}],
    [{}, { a: undefined }],
    ['1', 1],
  ])
    expect(sameValue(a, b)).toBe(false);
});
