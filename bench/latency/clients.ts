import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serveParent } from '../measure/child.ts';
import { microseconds } from '../measure/clock.ts';
import { clientRequest, measuredUpdate, type LatencyCase, type Side } from './cases.ts';
import { timestampsIn } from './timestamps-in.ts';

/**
 * All clients of one measurement, and the writer, in one process. Each client is a raw socket whose bytes are searched for
 * timestamps: the writer puts its clock into the row, so what is found tells how long it took from before the UPDATE was sent until
 * the bytes were there. Rows written before the warm-up ended do not count.
 */
export type ClientsConfig = LatencyCase & {
  readonly side: Side;
  readonly port: number;
  readonly connection: pg.ClientConfig;
  readonly warmUpSeconds: number;
  readonly seconds: number;
};

export type LatencyResult = { readonly commits: number; readonly expected: number; readonly latencies: readonly number[] };

/** Connections opened at the same time. */
const WAVE = 100;
/** Milliseconds without an arrival after which the last delivery has come. */
const QUIET_MS = 300;
const PATIENCE_MS = 5_000;

type Tally = { countsFrom: number; readonly latencies: number[] };

type Prepared = { readonly config: ClientsConfig; readonly tally: Tally; readonly writer: pg.Client };

/** Connects everybody and warms both sides up. */
async function prepare(config: ClientsConfig): Promise<Prepared> {
  const tally: Tally = { countsFrom: Number.POSITIVE_INFINITY, latencies: [] };
  const users = Array.from({ length: config.clients }, (_, user) => user);
  while (users.length > 0) await Promise.all(users.splice(0, WAVE).map((user) => open(config, user, tally)));
  const writer = new pg.Client(config.connection);
  await writer.connect();
  await write(writer, config, config.warmUpSeconds);
  await settled(tally);
  return { config, tally, writer };
}

async function measure({ config, tally, writer }: Prepared): Promise<LatencyResult> {
  tally.countsFrom = microseconds();
  const commits = await write(writer, config, config.seconds);
  await settled(tally);
  await writer.end();
  return { commits, expected: config.concerned === 'one' ? commits : commits * config.clients, latencies: tally.latencies };
}

/** Resolves when the server has shown that the connection is live. */
function open(config: ClientsConfig, user: number, tally: Tally): Promise<void> {
  const { request, ready } = clientRequest(config.side, user);
  return new Promise((resolve, reject) => {
    let before = '';
    const socket: Socket = connect(config.port, '127.0.0.1', () => socket.write(request));
    const onData = (bytes: Buffer): void => {
      before += bytes.toString('latin1');
      if (!before.includes(ready)) return;
      before = '';
      socket.off('data', onData);
      socket.on('data', (live: Buffer) => count(live, tally));
      resolve();
    };
    socket.on('data', onData);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the server closed a connection${before === '' ? '' : `: ${before}`}`)));
  });
}

function count(bytes: Buffer, tally: Tally): void {
  const now = microseconds();
  for (const written of timestampsIn(bytes)) if (written >= tally.countsFrom) tally.latencies.push(now - written);
}

/** One commit at a time, at a fixed rate; returns how many. */
async function write(writer: pg.Client, config: ClientsConfig, seconds: number): Promise<number> {
  const start = microseconds();
  const gap = 1e6 / config.commitsPerSecond;
  let commits = 0;
  for (; microseconds() - start < seconds * 1e6; commits += 1) {
    const early = start + commits * gap - microseconds();
    if (early > 0) await sleep(early / 1000);
    const { text, key } = measuredUpdate(config.side, config.concerned, commits % config.clients);
    await writer.query(text, [microseconds(), key]);
  }
  return commits;
}

async function settled(tally: Tally): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let seen = -1;
  while (seen !== tally.latencies.length && performance.now() < giveUpAt) {
    seen = tally.latencies.length;
    await sleep(QUIET_MS);
  }
}

let prepared: Prepared | undefined;
serveParent<ClientsConfig | { readonly measure: true }>(async (message) => {
  if (!('measure' in message)) {
    prepared = await prepare(message);
    return {};
  }
  if (prepared === undefined) throw new Error('there is nothing to measure yet');
  return measure(prepared);
});
