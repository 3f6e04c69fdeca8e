import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSyncEngine } from '@elira/sync-server';
import type pg from 'pg';
import { pino } from 'pino';
import { serveParent } from '../measure/child.ts';
import { cpuMs } from '../measure/clock.ts';
import { ITEMS, itemRules } from './item-rules.ts';

/** The engine alone, with rules of one table. */
async function start(connection: pg.ClientConfig): Promise<{ port: number }> {
  const engine = createSyncEngine({
    rules: itemRules,
    connection,
    channels: [],
    server: 'bench',
    log: pino({ level: 'error' }, pino.destination(2)),
  });
  await engine.start();
  const server = createServer((request, response) => engine.handleStream(request, response, () => ({ scopes: [ITEMS] })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}

serveParent<{ readonly connection: pg.ClientConfig } | { readonly tell: 'cpu' }>(async (message) =>
  'connection' in message ? await start(message.connection) : { cpuMs: cpuMs() },
);
