import { makePosition, type ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { reloadOf, type RoutedWindow } from '../route/route-window.ts';
import type { Standing } from './connection.ts';
import { turnGranted, type Granted } from './granted.ts';
import { interrupted } from './interrupted.ts';
import { NOBODY } from './access.ts';
import { turnStanding } from './turn-memberships.ts';

const RED = 'team:red/member' as ScopeKey;
const BLUE = 'team:blue/member' as ScopeKey;
const ALL = 'notes/public' as ScopeKey;
const changes = (scope: ScopeKey, rows: Record<string, boolean>): Map<ScopeKey, Map<string, boolean>> =>
  new Map([[scope, new Map(Object.entries(rows))]]);
const held = (rows: string[]): Granted => new Map(rows.length === 0 ? [] : [[RED, new Set(rows)]]);

test.each<
  [what: string, before: string[], rows: Record<string, boolean>, lost: ScopeKey[], gained: ScopeKey[], after: string[]]
>([
  ['G1 a first row', [], { a: true }, [], [RED], ['a']],
  ['G2 the last row', ['a'], { a: false }, [RED], [], []],
  ['G2 one of two rows', ['a', 'b'], { a: false }, [], [], ['b']],
  ['G2 a second row', ['a'], { b: true }, [], [], ['a', 'b']],
  ['G3 the same row, which was away', ['a'], { a: true }, [], [RED], ['a']],
  ['G3 one row for another', ['a'], { a: false, b: true }, [], [RED], ['b']],
  ['G2 a row that was never held', [], { a: false }, [], [], []],
])('%s', (_, before, rows, lost, gained, after) => {
  const granted = held(before);
  expect(turnGranted(granted, changes(RED, rows))).toEqual({ lost, gained });
  expect([...(granted.get(RED) ?? [])]).toEqual(after);
});

const at = (xid: number): ReturnType<typeof makePosition> => makePosition(BigInt(xid), BigInt(xid), []);
const BATCH = { index: 7, before: at(10) };

test('G1 a live stream that gains a scope stays where it was until the scope is there', () => {
  const live: Standing = { kind: 'live' };
  expect(turnStanding(live, { lost: [RED], gained: [] }, BATCH)).toBe(live);
  expect(turnStanding(live, { lost: [], gained: [RED] }, BATCH)).toEqual({
    kind: 'behind',
    position: at(10),
    edge: 7,
    needs: new Map([[RED, 8]]),
    notBefore: 0,
  });
});

test('G1 one that is behind needs what it gains, and no longer what it lost', () => {
  const standing: Standing = { kind: 'behind', position: at(3), edge: 2, needs: new Map([[RED, 3]]), notBefore: 4 };
  expect(turnStanding(standing, { lost: [RED], gained: [BLUE] }, BATCH)).toEqual({ ...standing, needs: new Map([[BLUE, 8]]) });
});

test.each<['entering' | 'fetching']>([['entering'], ['fetching']])('G4 one that is %s takes note', (kind) => {
  const standing: Standing = { kind, anew: new Set() };
  expect(turnStanding(standing, { lost: [], gained: [RED] }, BATCH)).toEqual({ kind, anew: new Set([RED]) });
});

const ANN = { ...NOBODY, fixed: [ALL], granted: held(['3:a']), user: 'ann', restsOn: ['4:ann'] };
const router = { isIdentity: (table: number) => table === 4, opensScopes: (table: number) => table === 3 };
const broken = (...windows: RoutedWindow[]): unknown => interrupted(ANN, [ALL, RED], windows, router);

test('G3 what may have been interrupted while windows passed', () => {
  expect(broken(reloadOf([]), reloadOf([1]))).toEqual(new Set());
  expect(broken({ ...reloadOf([]), members: new Map([['ann', changes(RED, { '3:a': true })]]) })).toEqual(new Set([RED]));
  expect(broken({ ...reloadOf([]), members: new Map([['bob', changes(RED, { '3:b': false })]]) })).toEqual(new Set());
  expect(broken({ ...reloadOf([]), members: new Map([['ann', changes(BLUE, { '3:a': true })]]) })).toEqual(new Set());
  expect(broken(reloadOf([3]))).toEqual(new Set([RED]));
  expect(broken(reloadOf([4]))).toBe('all');
  expect(broken({ ...reloadOf([]), identities: new Set(['4:ann']) })).toBe('all');
  expect(broken({ ...reloadOf([]), identities: new Set(['4:bob']) })).toEqual(new Set());
});
