import { readFileSync } from 'node:fs';
import pg from 'pg';
import { pino } from 'pino';
import { makeUuidV7 } from '@elira/protocol';
import { openAppPool, openFlushPool, openWrites, prepareDatabase, type Writer } from '@elira/server';
import { benchCluster } from '../measure/bench-database.ts';
import { publish } from '../measure/publish.ts';
import { median } from '../measure/statistics.ts';
import type { BenchOptions } from '../options.ts';
import { PARTS } from './parts.ts';

const ROUNDS = 5;
const SECONDS = 4;
const PEOPLE = 2_000;
/** Writes that are under way at once, and how many times the single updates the door has to do of them. */
const LOADS = [
  { inFlight: 32, atLeast: 4 },
  { inFlight: 512, atLeast: 8 },
] as const;
/** Connections of the single updates: as many as there are requests, up to what a PostgreSQL of two cores does best with. */
const CONNECTIONS = 32;

type Pair = { readonly userId: string; readonly lessonId: string; readonly completed: boolean };
type Write = (pair: Pair) => Promise<unknown>;
type Measured = { single: number[]; door: number[]; without: number[][] };

/** Durable progress writes a second: the door's flush, beside one UPDATE per request with the same triggers. */
export async function runWrites(options: BenchOptions): Promise<boolean> {
  const [rounds, seconds] = [options.rounds ?? ROUNDS, options.seconds ?? SECONDS];
  const results: Measured[] = LOADS.map(() => ({ single: [], door: [], without: PARTS.map(() => []) }));
  const cluster = await benchCluster();
  try {
    const connection = await cluster.database('writes', []);
    await prepareDatabase(connection, () => undefined);
    const keeper = await cluster.client('writes');
    const school = readFileSync(new URL('school.sql', import.meta.url), 'utf8');
    await keeper.query(school.replaceAll('$people', String(PEOPLE)));
    const { rows } = await keeper.query<{ id: string }>('SELECT id FROM published_lessons');
    const lessons = rows.map(({ id }) => id);
    const writes = openAll(connection);
    const measure = async (write: Write, inFlight: number): Promise<number> => {
      // Of what the rounds before have left nothing is to be paid for now.
      await keeper.query('TRUNCATE mutations, user_activities, course_counts');
      await keeper.query('TRUNCATE sync.change');
      for (const table of ['lesson_progress', 'enrollments']) await keeper.query(`VACUUM ${table}`);
      return await perSecond(write, inFlight, seconds, lessons);
    };
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, { inFlight }] of LOADS.entries()) {
        const result = results[index] as Measured;
        const sides = [
          async () => void result.single.push(await measure(writes.single, inFlight)),
          async () => void result.door.push(await measure(writes.door, inFlight)),
        ];
        // Who comes first changes each round.
        for (const side of round % 2 === 1 ? sides : sides.toReversed()) await side();
        for (const [number, part] of PARTS.entries()) {
          await keeper.query(part.off);
          result.without[number]?.push(await measure(part.unrecorded ? writes.unrecorded : writes.door, inFlight));
          await keeper.query(part.on);
        }
        console.error(
          `round ${round}: ${inFlight} in flight, single ${result.single.at(-1)?.toFixed(0)}/s, ` +
            `door ${result.door.at(-1)?.toFixed(0)}/s, ${writes.rowsPerFlush().toFixed(0)} a flush`,
        );
      }
    }
    await writes.close();
    await keeper.end();
  } finally {
    await cluster.remove();
  }
  const summary = results.map((result, index) => summarise(result, LOADS[index] ?? LOADS[0]));
  await publish('writes', options, `${rounds} rounds of ${seconds} s`, { rounds, seconds, loads: summary }, table(summary));
  return summary.every(({ pass }) => pass);
}

type Summary = {
  readonly inFlight: number;
  readonly single: number;
  readonly door: number;
  readonly ratio: number;
  readonly atLeast: number;
  readonly pass: boolean;
  /** By part: what share of a write's time it takes. */
  readonly costs: Readonly<Record<string, number>>;
};

function summarise({ single, door, without }: Measured, { inFlight, atLeast }: (typeof LOADS)[number]): Summary {
  const ratio = median(door.map((value, round) => value / (single[round] ?? Number.NaN)));
  const costs = PARTS.map(({ name }, part): [string, number] => [
    name,
    median(door.map((value, round) => 1 - value / (without[part]?.[round] ?? Number.NaN))),
  ]);
  return {
    inFlight,
    single: median(single),
    door: median(door),
    ratio,
    atLeast,
    pass: ratio >= atLeast,
    costs: Object.fromEntries(costs),
  };
}

function table(summary: readonly Summary[]): string {
  const perCent = (share: number): string => `${Math.round(share * 100)} %`;
  const parts = PARTS.map(({ name }) => name);
  const lines = summary.map(({ inFlight, single, door, ratio, atLeast, pass, costs }) => {
    const shares = parts.map((name) => perCent(costs[name] ?? Number.NaN)).join(' | ');
    return `| ${inFlight} | ${Math.round(single)} | ${Math.round(door)} | ${ratio.toFixed(1)} (≥ ${atLeast}) | ${shares} | ${pass ? 'pass' : 'FAIL'} |`;
  });
  return [
    `| in flight | single updates/s | door/s | ratio | ${parts.map((name) => `of that: ${name}`).join(' | ')} | |`,
    `| ---: | ---: | ---: | ---: | ${parts.map(() => '---:').join(' | ')} | --- |`,
    ...lines,
  ].join('\n');
}

type Writes = {
  readonly single: Write;
  readonly door: Write;
  readonly unrecorded: Write;
  /** Of the door, since it was last asked. */
  readonly rowsPerFlush: () => number;
  readonly close: () => Promise<void>;
};

/** The ways to write one completion, each on connections of its own. */
function openAll(connection: pg.ClientConfig): Writes {
  let [rows, flushes] = [0, 0];
  const updates = new pg.Pool({ ...connection, max: CONNECTIONS });
  const [pool, flushPool] = [openAppPool(connection), openFlushPool(connection)];
  const open = (rename?: string): ReturnType<typeof openWrites> =>
    openWrites({
      pool,
      flushPool: {
        ...flushPool,
        call: (sqlFunction, batch) => {
          rows += Array.isArray(batch) ? batch.length : 0;
          flushes += 1;
          return flushPool.call(rename ?? sqlFunction, batch);
        },
      },
      onWrite: () => undefined,
      log: pino({ level: 'silent' }),
    });
  const decide =
    (writes: ReturnType<typeof openWrites>): Write =>
    async ({ userId, lessonId, completed }) => {
      const writer: Writer = { kind: 'user', id: userId, sessionId: '', role: 'learner' };
      const [answer] = await writes.decide(writer, [
        { id: makeUuidV7(), name: 'lesson.complete', args: { lessonId, completed } },
      ]);
      if (answer?.status !== 'applied') throw new Error(`not applied: ${JSON.stringify(answer)}`);
    };
  return {
    single: async ({ userId, lessonId, completed }) =>
      await updates.query({
        name: 'single',
        text: `UPDATE lesson_progress SET completed_at = CASE WHEN $3 THEN now() END, last_accessed_at = now()
               WHERE user_id = $1 AND lesson_id = $2`,
        values: [userId, lessonId, completed],
      }),
    door: decide(open()),
    unrecorded: decide(open('flush_unrecorded')),
    rowsPerFlush: () => {
      const average = rows / flushes;
      [rows, flushes] = [0, 0];
      return average;
    },
    close: async () => {
      await Promise.all([updates.end(), pool.close(), flushPool.close()]);
    },
  };
}

/** Writes of so many requests, each of which sends the next when it is answered. */
async function perSecond(write: Write, inFlight: number, seconds: number, lessons: readonly string[]): Promise<number> {
  const start = performance.now();
  const until = start + seconds * 1_000;
  let written = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < until) {
        const lessonId = lessons[Math.floor(Math.random() * lessons.length)] ?? '';
        await write({ userId: `u${Math.floor(Math.random() * PEOPLE)}`, lessonId, completed: Math.random() < 0.7 });
        written += 1;
      }
    }),
  );
  return written / ((performance.now() - start) / 1_000);
}
