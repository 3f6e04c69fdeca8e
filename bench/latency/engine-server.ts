import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScopeKey } from '@elira/protocol';
import { createSyncEngine } from '@elira/sync-server';
import type pg from 'pg';
import { serveParent } from '../measure/child.ts';
import { cpuMs } from '../measure/clock.ts';
import { LATENCY_RULES } from './rules.ts';

/** The engine behind plain node:http. Who sees what is not what is measured: each client gets the scopes it names. */
async function start(connection: pg.ClientConfig): Promise<{ port: number }> {
  const complain = (fields: object, message: string): void => console.error(message, fields);
  const engine = createSyncEngine({
    rules: LATENCY_RULES,
    connection,
    channels: ['bench'],
    server: 'bench',
    log: { info: () => undefined, warn: complain, error: complain },
  });
  await engine.start();
  const server = createServer((request, response) => {
    const scopes = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('scope') as ScopeKey[];
    engine.handleStream(request, response, () => ({ scopes }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return { port: (server.address() as AddressInfo).port };
}

serveParent<{ connection?: pg.ClientConfig }>(async ({ connection }) => {
  return connection === undefined ? { cpuMs: cpuMs() } : await start(connection);
});
