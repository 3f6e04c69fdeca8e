import { contains, formatPosition, type Position } from '@elira/protocol';
import { makeRandom } from '@elira/testkit';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { one, positionNow, windowFrom, xidNow } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
/** Positions of A1 that contain more than the one before. */
const STEPS = 200;

/** One random step of a writer: transactions of any length, savepoints, rollbacks of all and of parts. */
async function step(client: pg.Client, random: ReturnType<typeof makeRandom>, depth: number): Promise<number> {
  const choice = random.below(10);
  if (depth === 0) {
    await client.query(choice < 2 ? 'BEGIN; SELECT pg_current_xact_id()' : 'BEGIN');
    return 1;
  }
  if (choice < 5) await client.query('UPDATE note SET version = version + 1 WHERE id = $1', [`w${random.below(3)}`]);
  else if (choice < 7) await client.query('SAVEPOINT s');
  else if (choice < 8) await client.query('SAVEPOINT s; INSERT INTO note (id) VALUES (gen_random_uuid()::text); ROLLBACK TO s');
  else {
    await client.query(choice === 8 ? 'ROLLBACK' : 'COMMIT');
    return 0;
  }
  return depth;
}

await onClusters((cluster) => {
  test(`A1 positions taken one after another are ordered by inclusion, whatever runs between (SEED=${SEED})`, async () => {
    const random = makeRandom(SEED);
    const setup = await cluster().client();
    await setup.query(`INSERT INTO note (id) SELECT 'w' || g FROM generate_series(0, 2) g`);
    const writers = await Promise.all(Array.from({ length: 8 }, () => cluster().client()));
    const takers = await Promise.all([cluster().client(), cluster().client()]);
    let going = true;
    const work = writers.map(async (client, index) => {
      const own = random.fork(`writer ${index}`);
      let depth = 0;
      await client.query('SET lock_timeout = 20');
      while (going) {
        try {
          depth = await step(client, own, depth);
        } catch {
          await client.query('ROLLBACK');
          depth = 0;
        }
      }
      await client.query('ROLLBACK');
    });
    const taken: Position[] = [];
    let grown = 0;
    for (let n = 0; grown < STEPS; n += 1) {
      const next = await positionNow(takers[n % 2] as pg.Client);
      const last = taken.at(-1);
      if (last !== undefined && !contains(last, next)) grown += 1;
      taken.push(next);
    }
    going = false;
    await Promise.all(work);
    const wrong = taken.filter((position, n) => n > 0 && !contains(position, taken[n - 1] as Position));
    expect(wrong.map(formatPosition)).toEqual([]);
    expect(taken.filter(({ xip }) => xip.length >= 2).length, 'positions with several transactions running').toBeGreaterThan(
      STEPS / 10,
    );
  });

  test('A2 a row and its change row become visible together, and vanish with ROLLBACK TO', async () => {
    const [writer, other] = await Promise.all([cluster().client(), cluster().client()]);
    const seen = async (client: pg.Client, key: string): Promise<string> =>
      await one(
        client,
        `SELECT (SELECT count(*) FROM note WHERE id = $1) || ' ' || (SELECT count(*) FROM sync.change WHERE key = $1)`,
        [key],
      );
    await writer.query(
      `BEGIN; SAVEPOINT a; INSERT INTO note (id) VALUES ('kept'); SAVEPOINT b; INSERT INTO note (id) VALUES ('gone')`,
    );
    expect([await seen(writer, 'kept'), await seen(writer, 'gone')]).toEqual(['1 1', '1 1']);
    expect([await seen(other, 'kept'), await seen(other, 'gone')]).toEqual(['0 0', '0 0']);
    await writer.query('ROLLBACK TO b');
    expect([await seen(writer, 'kept'), await seen(writer, 'gone')]).toEqual(['1 1', '0 0']);
    await writer.query('COMMIT');
    expect([await seen(other, 'kept'), await seen(other, 'gone')]).toEqual(['1 1', '0 0']);

    let going = true;
    const work = (async () => {
      for (let n = 0; going; n += 1)
        await writer.query(
          `BEGIN; SAVEPOINT a; INSERT INTO note (id) VALUES ('v${n}'); RELEASE a; ${n % 3 === 0 ? 'ROLLBACK' : 'COMMIT'}`,
        );
    })();
    const pairs: string[] = [];
    for (let n = 0; n < 200; n += 1) {
      pairs.push(
        await one(
          other,
          `SELECT (SELECT count(*) FROM note WHERE id LIKE 'v%') || ' ' || (SELECT count(*) FROM sync.change WHERE key LIKE 'v%')`,
        ),
      );
    }
    going = false;
    await work;
    expect(pairs.filter((pair) => pair.split(' ')[0] !== pair.split(' ')[1])).toEqual([]);
    expect(new Set(pairs).size, 'different states seen').toBeGreaterThan(20);
  });

  test('A3 xip lists top-level transactions only, and change rows carry their ids', async () => {
    const [writer, other] = await Promise.all([cluster().client(), cluster().client()]);
    await writer.query('BEGIN');
    const top = await xidNow(writer);
    for (const name of ['a', 'b', 'c']) await writer.query(`SAVEPOINT ${name}; INSERT INTO note (id) VALUES ('sub ${name}')`);
    const later = await xidNow(other);
    const position = await positionNow(other);
    expect(position.xip).toEqual([top]);
    expect(later, 'the savepoints have taken ids of their own').toBe(top + 4n);
    await writer.query('COMMIT');
    const { changes } = await windowFrom(other, position);
    expect(changes.map(({ xid, op, key }) => [xid, op, key])).toEqual(['a', 'b', 'c'].map((name) => [top, 'I', `sub ${name}`]));
    const writtenBy = await one(
      other,
      `SELECT string_agg(DISTINCT (xmin::text::bigint <> ${top})::text, ',') FROM note WHERE id LIKE 'sub %'`,
    );
    expect(writtenBy, 'the rows themselves bear the ids of the savepoints').toBe('true');
  });

  test('A4 per row, seq ascends in the order of its changes across transactions, and xids do not', async () => {
    const writers = await Promise.all(Array.from({ length: 6 }, () => cluster().client()));
    const [setup] = writers as [pg.Client];
    await setup.query(`INSERT INTO note (id, owner) SELECT 's' || g, '1' FROM generate_series(0, 2) g`);
    const random = makeRandom(SEED);
    await Promise.all(
      writers.map(async (client, index) => {
        const own = random.fork(`writer ${index}`);
        for (let n = 0; n < 40; n += 1) {
          // The id is taken first and the row's lock later, so that their orders differ.
          await client.query('BEGIN; SELECT pg_current_xact_id()');
          await client.query('UPDATE note SET owner = (owner::integer + 1)::text WHERE id = $1', [`s${own.below(3)}`]);
          await client.query(own.chance(0.2) ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    let swapped = 0;
    for (const key of ['s0', 's1', 's2']) {
      const { rows } = await setup.query<{ xid: string; before: string }>(
        `SELECT xid::text, was[1] AS before FROM sync.change WHERE key = $1 AND op = 'U' ORDER BY seq`,
        [key],
      );
      expect(rows.map(({ before }) => Number(before))).toEqual(rows.map((_, n) => n + 1));
      swapped += rows.filter(({ xid }, n) => n > 0 && BigInt(xid) < BigInt(rows[n - 1]?.xid ?? '')).length;
    }
    expect(swapped, 'changes that followed one of a higher xid').toBeGreaterThan(0);
  });
});
