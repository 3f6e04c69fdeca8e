import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { clientRequest, measuredUpdate } from '../latency/cases.ts';
import { timestampsIn } from '../latency/timestamps-in.ts';
import { serveParent } from '../measure/child.ts';
import { microseconds } from '../measure/clock.ts';
import { OPERATOR_TOKEN } from '../measure/operator-token.ts';

/**
 * The clients of the bench and its writer, in one process. All but one hold a learner's scopes and note how long a change of a course took to
 * reach them. One is the operator: it holds what authors work on as well, and gets far more than a socket takes, whether it reads or not.
 */
export type CrowdRequest =
  | { readonly act: 'open'; readonly port: number; readonly clients: number; readonly connection: pg.ClientConfig }
  /** Writes for so long, with the operator reading or not, `bytes` in each row that only the operator gets. */
  | {
      readonly act: 'run';
      readonly reads: boolean;
      readonly seconds: number;
      readonly perSecond: number;
      readonly bytes: number;
    }
  /** Lets the operator read again; answers when it has what was written last. */
  | { readonly act: 'catch up' };

export type Run = { readonly expected: number; readonly latencies: readonly number[]; readonly commits: number };

/** Connections opened at the same time, and commits a second that concern all. */
const WAVE = 50;
const ALL_PER_SECOND = 10;
const QUIET_MS = 500;
const PATIENCE_MS = 60_000;

let latencies: number[] = [];
let countsFrom = Number.POSITIVE_INFINITY;
let operator: Socket | undefined;
let heard = '';
let wanted = '';
let learners = 0;
let [port, last] = [0, 0];
let writers: pg.Client[] = [];

async function open(request: CrowdRequest & { act: 'open' }): Promise<object> {
  port = request.port;
  learners = request.clients - 1;
  const users = Array.from({ length: learners }, (_, user) => user);
  while (users.length > 0) {
    const some = users.splice(0, WAVE).map((user) => clientRequest('engine', user));
    await Promise.all(some.map(({ request: text, ready }) => follow(text, ready, count)));
  }
  writers = [new pg.Client(request.connection), new pg.Client(request.connection)];
  for (const writer of writers) await writer.connect();
  return {};
}

/** Resolves with the socket when `ready` has come; from then on `hear` is called with what comes. */
function follow(request: string, ready: string, hear: (bytes: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let before = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const onData = (bytes: Buffer): void => {
      before += bytes.toString('latin1');
      if (!before.includes(ready)) return;
      socket.off('data', onData).on('data', hear);
      resolve(socket);
    };
    socket.on('data', onData);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the server closed a connection: ${before.slice(-300)}`)));
  });
}

function count(bytes: Buffer): void {
  const now = microseconds();
  for (const written of timestampsIn(bytes)) if (written >= countsFrom) latencies.push(now - written);
}

async function run({ reads, seconds, perSecond, bytes }: CrowdRequest & { act: 'run' }): Promise<Run> {
  const head = `GET /api/sync/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${OPERATOR_TOKEN}\r\n\r\n`;
  operator?.removeAllListeners('close').destroy();
  operator = await follow(head, 'event: batch', (piece) => {
    heard = (heard + piece.toString('latin1')).slice(-2 * bytes);
  });
  if (!reads) operator.pause();
  latencies = [];
  countsFrom = microseconds();
  const [forAll, forOne] = await Promise.all([
    atRate(ALL_PER_SECOND, seconds, async (n) => {
      const { text, key } = measuredUpdate('engine', 'all', n);
      await writers[0]?.query(text, [microseconds(), key]);
    }),
    atRate(perSecond, seconds, async () => {
      last += 1;
      wanted = `said ${last} end`;
      await writers[1]?.query(`UPDATE lessons SET content = $1 WHERE position = 'a1'`, [`${'x'.repeat(bytes)} ${wanted}`]);
    }),
  ]);
  await settled();
  countsFrom = Number.POSITIVE_INFINITY;
  return { expected: forAll * learners, latencies, commits: forAll + forOne };
}

/** Calls `act` again and again, one after another, at most so often; returns how many times. */
async function atRate(perSecond: number, seconds: number, act: (n: number) => Promise<void>): Promise<number> {
  const begun = microseconds();
  let times = 0;
  for (; microseconds() - begun < seconds * 1e6; times += 1) {
    const earlyMs = (begun + (times * 1e6) / perSecond - microseconds()) / 1000;
    if (earlyMs > 0) await sleep(earlyMs);
    await act(times);
  }
  return times;
}

async function settled(): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let seen = -1;
  while (seen !== latencies.length && performance.now() < giveUpAt) {
    seen = latencies.length;
    await sleep(QUIET_MS);
  }
}

async function catchUp(): Promise<{ caughtUp: boolean }> {
  operator?.resume();
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!heard.includes(wanted) && performance.now() < giveUpAt) await sleep(20);
  return { caughtUp: heard.includes(wanted) };
}

serveParent<CrowdRequest>(async (message) => {
  switch (message.act) {
    case 'open':
      return await open(message);
    case 'run':
      return await run(message);
    case 'catch up':
      return await catchUp();
  }
});
