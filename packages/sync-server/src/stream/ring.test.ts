import { makePosition, type ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { reloadOf, type RoutedWindow } from '../route/route-window.ts';
import { Ring } from './ring.ts';

const SCOPE = 'courses/learner' as ScopeKey;
const at = (xmax: number, running: number[] = []): ReturnType<typeof makePosition> =>
  makePosition(BigInt(running[0] ?? xmax), BigInt(xmax), running.map(BigInt));
const put = (key: string, body: string): RoutedWindow => ({
  ...reloadOf([]),
  scopes: new Map([[SCOPE, new Map([['courses', { puts: new Map([[key, body]]), drops: new Map() }]])]]),
});

test('S11 the ring keeps within its count and its bytes, and forgets the oldest first', () => {
  const byCount = new Ring({ ringBytes: 1e9, ringBatches: 3 }, at(10));
  for (let xid = 11; xid <= 20; xid += 1) byCount.push(put('a', 'x'), at(xid));
  expect(byCount.since(byCount.oldest)).toHaveLength(3);
  expect(byCount.head.index - byCount.oldest).toBe(3);
  expect(byCount.latestContainedIn(at(12))).toBeUndefined();
  const byBytes = new Ring({ ringBytes: 1000, ringBatches: 1e6 }, at(10));
  for (let xid = 11; xid <= 60; xid += 1) {
    byBytes.push(put('a', 'x'.repeat(200)), at(xid));
    expect(byBytes.bytes).toBeLessThanOrEqual(1000);
  }
  byBytes.push(put('a', 'x'.repeat(5000)), at(61));
  expect(byBytes.bytes).toBe(0);
  expect(byBytes.oldest).toBe(byBytes.head.index);
});

test('S4 a position is served from the latest edge that it contains', () => {
  const ring = new Ring({ ringBytes: 1e9, ringBatches: 100 }, at(10));
  ring.push(put('a', '1'), at(13, [11]));
  ring.push(put('a', '2'), at(15, [11]));
  ring.push(put('a', '3'), at(20));
  expect(ring.latestContainedIn(at(9))?.index).toBeUndefined();
  expect(ring.latestContainedIn(at(10))?.index).toBe(0);
  expect(ring.latestContainedIn(at(12))?.index).toBe(0);
  expect(ring.latestContainedIn(at(14, [11]))?.index).toBe(1);
  expect(ring.latestContainedIn(at(19, [11, 17]))?.index).toBe(2);
  expect(ring.latestContainedIn(at(25))?.index).toBe(3);
});

test('a read that found nothing moves the head and makes no edge', () => {
  const ring = new Ring({ ringBytes: 1e9, ringBatches: 100 }, at(10));
  ring.advance(at(12));
  expect(ring.head).toMatchObject({ index: 0, first: at(10), last: at(12) });
  expect(ring.push(put('a', '1'), at(13)).before).toEqual(at(12));
});

test('C10 after a reload a scope can be followed from the edge behind it', () => {
  const ring = new Ring({ ringBytes: 1e9, ringBatches: 100 }, at(10));
  ring.push(put('a', '1'), at(11));
  ring.push(reloadOf([7]), at(12));
  ring.push(put('a', '2'), at(13));
  expect(ring.firstEdgeWithoutReload(0, (table) => table === 7)).toBe(2);
  expect(ring.firstEdgeWithoutReload(0, (table) => table === 8)).toBe(0);
  expect(ring.firstEdgeWithoutReload(2, (table) => table === 7)).toBe(2);
});
