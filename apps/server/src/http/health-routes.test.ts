import fastify from 'fastify';
import { expect, test } from 'vitest';
import type { Health, SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { registerHealthRoutes } from './health-routes.ts';
import { registerProblemReplies } from './problem-replies.ts';

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** What `/readyz` says while the engine's health and the database are as given. */
async function readyz(health: Health, database: () => Promise<void>, authorization?: string): Promise<Answer> {
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  const engine: SyncEngine = {
    start: unused,
    stop: unused,
    poke: unused,
    handleStream: unused,
    handleWebSocket: unused,
    checkIntegrity: unused,
    connectionsOf: unused,
    metrics: unused,
    delays: unused,
    caughtUp: unused,
    health: () => health,
  };
  const pool: AppPool = { as: async () => (await database()) as never, close: () => Promise.resolve() };
  const app = fastify();
  registerProblemReplies(app);
  registerHealthRoutes(app, { pool, engine, token: { matches: (text) => text === 'right', file: undefined } });
  const response = await app.inject({ url: '/readyz', headers: authorization === undefined ? {} : { authorization } });
  await app.close();
  return { status: response.statusCode, body: response.json() };
}

const answers = (): Promise<void> => Promise.resolve();

test('H2 a fresh reader and a database that answers are ready', async () => {
  expect(await readyz({ fresh: true, ageMs: 12, epoch: 'e' }, answers)).toEqual({
    status: 200,
    body: { status: 'ready', ageMs: 12, epoch: 'e' },
  });
});

test('H2 a stale reader and a database that hangs are not', async () => {
  expect(await readyz({ fresh: false, ageMs: 20_000, epoch: 'e' }, answers)).toMatchObject({
    status: 503,
    body: { code: 'reader_stale' },
  });
  expect(await readyz({ fresh: true, ageMs: 1, epoch: 'e' }, () => new Promise(() => undefined))).toMatchObject({
    status: 503,
    body: { code: 'database_unavailable' },
  });
});

test('H1 H2 the remedy, which may be SQL, is told to the operator alone', async () => {
  const detail = 'courses: trigger t is not enabled ALWAYS. ALTER TABLE public.courses ENABLE ALWAYS TRIGGER t;';
  const health: Health = { fresh: false, ageMs: 1, epoch: 'e', problem: { code: 'capture_incomplete', detail } };
  const anonymous = await readyz(health, answers);
  expect(anonymous).toMatchObject({ status: 503, body: { code: 'capture_incomplete' } });
  expect(JSON.stringify(anonymous.body)).not.toContain('ALTER');
  expect((await readyz(health, answers, 'Bearer right')).body['detail']).toBe(detail);
  expect((await readyz(health, answers, 'Bearer wrong')).status).toBe(401);
});

test('H2 what works for now and should be looked at is told by its code, and with words to the operator', async () => {
  const health: Health = { fresh: true, ageMs: 1, epoch: 'e', warnings: [{ code: 'rotation_stuck', detail: 'It grows.' }] };
  expect((await readyz(health, answers)).body).toEqual({
    status: 'ready',
    ageMs: 1,
    epoch: 'e',
    warnings: [{ code: 'rotation_stuck' }],
  });
  expect((await readyz(health, answers, 'Bearer right')).body['warnings']).toEqual([
    { code: 'rotation_stuck', detail: 'It grows.' },
  ]);
});
