import type { ClientBase } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AppPool } from '../database/app-pool.ts';
import { runUpkeep, type Upkeep, type UpkeepJob } from './run-upkeep.ts';

const OFTEN: UpkeepJob = { name: 'often', everySeconds: 2, sql: 'SELECT often()' };
const SELDOM: UpkeepJob = { name: 'seldom', everySeconds: 86_400, sql: 'SELECT seldom()' };

let ran: string[];
let logged: string[];
beforeEach(() => {
  vi.useFakeTimers();
  ran = [];
  logged = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function begin(jobs: readonly UpkeepJob[], answer: (sql: string) => Promise<void>): Upkeep {
  const query = async (sql: string): Promise<void> => {
    ran.push(sql);
    await answer(sql);
  };
  const pool: Pick<AppPool, 'as'> = { as: async (_viewer, work) => await work({ query } as unknown as ClientBase) };
  return runUpkeep({ pool, jobs, log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }) });
}

const done = (): Promise<void> => Promise.resolve();

test('O1 each job has its turns, a rare one soon after the start as well', async () => {
  const upkeep = begin([OFTEN, SELDOM], done);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(ran).toEqual([]);
  await vi.advanceTimersByTimeAsync(9_001);
  expect(ran.filter((sql) => sql === OFTEN.sql)).toHaveLength(5);
  expect(ran.filter((sql) => sql === SELDOM.sql)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(ran.filter((sql) => sql === SELDOM.sql)).toHaveLength(2);
  await upkeep.stop();
});

test('O1 a job that fails is logged without its message, and comes again', async () => {
  const upkeep = begin([OFTEN], () => Promise.reject(new Error('row of somebody')));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(ran).toHaveLength(2);
  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain('"job":"often"');
  expect(logged.join('')).not.toContain('somebody');
  await upkeep.stop();
});

test('O1 one job runs at a time, the others wait for it', async () => {
  let release = (): void => {};
  const slow: UpkeepJob = { name: 'slow', everySeconds: 1, sql: 'SELECT slow()' };
  const upkeep = begin([slow, OFTEN], (sql) =>
    sql === slow.sql ? new Promise((resolve) => void (release = resolve)) : Promise.resolve(),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ran).toEqual([slow.sql]);
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(ran).toEqual([slow.sql, OFTEN.sql]);
  release();
  await upkeep.stop();
});

test('O1 stopping waits for the job that runs, and nothing runs afterwards', async () => {
  let release = (): void => {};
  const upkeep = begin([OFTEN], () => new Promise((resolve) => void (release = resolve)));
  await vi.advanceTimersByTimeAsync(2_000);
  let stopped = false;
  const stopping = upkeep.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stopped).toBe(false);
  release();
  await stopping;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ran).toHaveLength(1);
});
