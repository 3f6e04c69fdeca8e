import { expect, test } from 'vitest';
import type { SyncServer } from '../data/tables.ts';
import { overallHealth, serversHealth, totalOf } from './sync-health.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const server = (id: string, seen: number, metrics: Record<string, unknown> = {}): SyncServer => ({
  id,
  startedAt: at(Number(id)),
  seenAt: at(seen),
  metrics,
});

test('W24 a server that others have outlived by half a minute is silent, and one whose screens wait is slow', () => {
  const found = serversHealth([
    server('2', 100, { delay: { commits: 5, p50: 20, p95: 2_500, p99: 3_000 } }),
    server('1', 60),
    server('3', 80, { connectedClients: 3, delay: { commits: 0, p50: null, p95: null, p99: null } }),
  ]);
  expect(found.map(({ id, health, uptime }) => [id, health, uptime])).toEqual([
    ['1', 'stopped', 59],
    ['2', 'behind', 98],
    ['3', 'good', 77],
  ]);
  expect(found.map(({ delays }) => delays)).toEqual([{}, { p50: 20, p95: 2_500, p99: 3_000 }, {}]);
  expect(totalOf(found)).toMatchObject({ connectedClients: 3, errors: 0 });
});

test('W24 the word for the whole is the worst of its parts', () => {
  const good = [{ health: 'good' } as const];
  const read = [{ status: 'success' } as const];
  expect(overallHealth(true, good, read)).toBe('good');
  expect(overallHealth(true, good, [...read, { status: 'pending' }])).toBe('behind');
  expect(overallHealth(true, [...good, { health: 'behind' }], read)).toBe('behind');
  expect(overallHealth(true, [...good, { health: 'stopped' }], read)).toBe('behind');
  expect(overallHealth(true, good, [{ status: 'pending' }, { status: 'failed' }])).toBe('failing');
  expect(overallHealth(false, good, read)).toBe('stopped');
  expect(overallHealth(true, [], read)).toBe('stopped');
});
