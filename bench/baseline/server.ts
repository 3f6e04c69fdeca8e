import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import pg from 'pg';
import { serveParent } from '../measure/child.ts';
import { cpuMs } from '../measure/clock.ts';

/**
 * The mark to measure beside: the same idea with everything left out that makes it hold. Two kinds of scope in the code, no epoch,
 * no cursors to resume from, no limits, no slow readers, no failures, rows that never move. What remains is what cannot be left out:
 * one read per wake-up, one frame per scope, one write per client.
 */
const READ = readFileSync(new URL('read.sql', import.meta.url), 'utf8');
const POLL_MS = 25;

type Subscribers = Map<string, Set<Socket>>;

async function start(connection: pg.ClientConfig): Promise<{ port: number }> {
  const subscribers: Subscribers = new Map();
  await follow(connection, (scope, frame) => subscribers.get(scope)?.forEach((socket) => socket.write(frame)));
  const server = createServer((request, response) => {
    const user = new URL(request.url ?? '/', 'http://localhost').searchParams.get('user') ?? '';
    subscribe(response, ['courses', `mine:${user}`], subscribers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return { port: (server.address() as AddressInfo).port };
}

function subscribe(response: ServerResponse, scopes: readonly string[], subscribers: Subscribers): void {
  const { socket } = response;
  if (socket === null) return;
  socket.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': ready\n\n');
  for (const scope of scopes) {
    const group = subscribers.get(scope);
    if (group === undefined) subscribers.set(scope, new Set([socket]));
    else group.add(socket);
  }
  socket.on('close', () => scopes.forEach((scope) => subscribers.get(scope)?.delete(socket)));
}

/** Reads at each doorbell and every 25 ms; a doorbell during a read makes another. */
async function follow(connection: pg.ClientConfig, deliver: (scope: string, frame: Buffer) => void): Promise<void> {
  const reader = new pg.Client(connection);
  const listener = new pg.Client(connection);
  await reader.connect();
  await listener.connect();
  const first = await reader.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  let snapshot = first.rows[0]?.snapshot ?? '';
  let reading = false;
  let again = false;

  const read = async (): Promise<void> => {
    const { rows } = await reader.query<[string | null, string]>({
      name: 'read',
      text: READ,
      values: [snapshot],
      rowMode: 'array',
    });
    const bodies = new Map<string, string[]>();
    for (const [scope, body] of rows) {
      if (scope === null) snapshot = body;
      else bodies.set(scope, [...(bodies.get(scope) ?? []), body]);
    }
    for (const [scope, changed] of bodies) deliver(scope, frame(snapshot, changed));
  };
  const wake = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    while (again) {
      again = false;
      await read();
    }
    reading = false;
  };
  listener.on('notification', () => void wake());
  await listener.query('LISTEN bench');
  setInterval(() => void wake(), POLL_MS);
}

function frame(snapshot: string, bodies: readonly string[]): Buffer {
  const event = Buffer.from(`id: ${snapshot}\ndata: {"rows":[${bodies.join(',')}]}\n\n`);
  return Buffer.concat([Buffer.from(`${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
}

serveParent<{ connection?: pg.ClientConfig }>(async ({ connection }) => {
  return connection === undefined ? { cpuMs: cpuMs() } : await start(connection);
});
