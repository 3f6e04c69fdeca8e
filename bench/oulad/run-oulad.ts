import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionUrl } from '@elira/postgres';
import { REPLAY_SECRET } from '../../tests/replay/oulad/calls.ts';
import { OULAD_FOLDER, readOulad, shareOf } from '../../tests/replay/oulad/oulad-files.ts';
import { replayOulad, type LivedDay, type Replayed } from '../../tests/replay/oulad/replay-oulad.ts';
import { serverProcess } from '../../tests/replay/server-process.ts';
import { benchCluster } from '../measure/bench-database.ts';
import { publish } from '../measure/publish.ts';
import type { BenchOptions } from '../options.ts';

/** Days of the stream between two barriers. */
const BARRIER_EVERY = 10;
/** Days in the table. */
const BUSIEST = 5;

/** Megabytes of the server, from time to time. */
type Memory = readonly (number | undefined)[];

/** Real learners of 2013 through Elira; true when every number was right. */
export async function runOulad(options: BenchOptions): Promise<boolean> {
  if (!existsSync(OULAD_FOLDER)) {
    console.error(`There is nothing to replay: ${OULAD_FOLDER} is not there.`);
    return false;
  }
  const share = options.share ?? 1;
  const whole = await readOulad(OULAD_FOLDER);
  const oulad = share === 1 ? whole : shareOf(whole, share);
  const cluster = await benchCluster();
  const memory: (number | undefined)[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'elira-oulad-'));
  // Ctrl-C ends the process where it stands.
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  try {
    const { host = '', port = 0, user = '', database = '' } = await cluster.database('oulad', []);
    const server = await serverProcess({
      DATABASE_URL: connectionUrl({ host, port, user, database }),
      ELIRA_DATA: folder,
      ELIRA_AUTH_SECRET: REPLAY_SECRET,
    });
    try {
      await server.start();
      const replayed = await replayOulad({
        oulad,
        url: server.url,
        sql: await cluster.client('oulad'),
        barrierEvery: BARRIER_EVERY,
        onProgress: (line) => {
          memory.push(memoryOf(server.pid()));
          console.error(`${line}, server ${memory.at(-1) ?? '?'} MB`);
        },
      });
      await tell(options, replayed, memory);
      return replayed.wrong.length === 0;
    } finally {
      server.end();
    }
  } finally {
    await cluster.remove();
    removeFolder();
  }
}

async function tell(options: BenchOptions, replayed: Replayed, memory: Memory): Promise<void> {
  const how = `${replayed.people.toLocaleString('en')} learners, ${replayed.courses} courses`;
  await publish('oulad', options, how, { ...replayed, serverMb: memory }, table(replayed, memory));
}

function table(replayed: Replayed, memory: Memory): string {
  const { days, events, seconds, secondsOfNights, barriers, repeated, seen, wrong } = replayed;
  const busy = days.toSorted((a, b) => b.events - a.events).slice(0, BUSIEST);
  const slowest = days.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const spent = days.reduce((sum, day) => sum + day.seconds, 0);
  const line = (name: string, { date, events: of, seconds: took }: LivedDay): string =>
    `| ${name} | ${date} | ${of} | ${took.toFixed(1)} | ${Math.round(of / took)} |`;
  return [
    '| | | events | seconds | events/s |',
    '| --- | --- | ---: | ---: | ---: |',
    ...busy.map((day, index) => line(index === 0 ? 'busiest day' : '', day)),
    line('longest day', slowest),
    `| all days with events | ${days.length} | ${events} | ${spent.toFixed(0)} | ${Math.round(events / spent)} |`,
    '',
    `Nights took ${secondsOfNights.toFixed(0)} s more, all of it ${seconds.toFixed(0)} s. ` +
      `${barriers} barriers; ${wrong.length === 0 ? 'nothing differed' : `**${wrong.length} differences**`}; ${repeated} requests were sent again to a server that had too much to do. ` +
      `The admin's window got ${seen.batches} batches (${(seen.bytes / 1e6).toFixed(0)} MB) and never held more than ${seen.mostRows} rows` +
      `. The server took ${quarters(memory)} MB after each quarter of the way.`,
  ].join('\n');
}

/** After each quarter of the samples. */
function quarters(memory: Memory): string {
  return [1, 2, 3, 4].map((part) => memory[Math.ceil((memory.length * part) / 4) - 1] ?? '?').join(', ');
}

/** Megabytes that a process has in memory; undefined where the system does not tell. */
function memoryOf(pid: number | undefined): number | undefined {
  try {
    const found = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return found === undefined ? undefined : Math.round(Number(found) / 1024);
  } catch {
    return undefined;
  }
}
