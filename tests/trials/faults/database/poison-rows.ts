import { setTimeout as sleep } from 'node:timers/promises';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';

const NAME = 'poison: values that are easily broken, and a row that cannot be rendered';
const BOARD = 'odd';
const POISONED = 'poisoned';
/** At the gate the long text alone is 50 MB, which everybody on the machine renders, sends and reads while others heal. */
const PATIENCE_MS = 60_000;

/** Row by row: what is written, and what clients must show. */
const ODDITIES: readonly { readonly id: string; readonly sql: string; readonly shown: Readonly<Record<string, unknown>> }[] = [
  { id: 'nan', sql: `'NaN', 'NaN', NULL, ''`, shown: { number: 'NaN', fraction: 'NaN', big: null, words: '' } },
  {
    id: 'infinite',
    sql: `'Infinity', '-Infinity', NULL, ''`,
    shown: { number: 'Infinity', fraction: '-Infinity', big: null, words: '' },
  },
  {
    id: 'largest',
    sql: `NULL, NULL, 9223372036854775807, ''`,
    shown: { number: null, fraction: null, big: '9223372036854775807', words: '' },
  },
  { id: '__proto__', sql: `1, 1, 1, '__proto__'`, shown: { number: 1, fraction: 1, big: '1', words: '__proto__' } },
  { id: 'constructor', sql: `1, 1, 1, 'toString'`, shown: { number: 1, fraction: 1, big: '1', words: 'toString' } },
  {
    id: 'lines',
    sql: String.raw`1, 1, 1, U&'\2028\2029\000A\000D\000Adata: x\000A\000Aid: 7'`,
    shown: { number: 1, fraction: 1, big: '1', words: '\u2028\u2029\n\r\ndata: x\n\nid: 7' },
  },
  { id: 'line\u2028key\n"\\', sql: `1, 1, 1, ''`, shown: { number: 1, fraction: 1, big: '1', words: '' } },
];
const LONG_ID = 'long';

/** Odd values arrive unharmed; what cannot be rendered is set aside with a code and counted, and everything else goes on. */
export const POISON_ROWS: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet, scale } = context;
    const probes = fleet.servers.map((server) => context.probe({ server, scope: `odds:${BOARD}/probe` }));
    const rowsAre = (wanted: (rows: Shown) => boolean): Promise<boolean> =>
      until(() => probes.every(({ sync }) => sync.status === 'live' && wanted(sync.store.rows('trial_odds'))));
    await rowsAre(() => true);
    for (const { id, sql } of ODDITIES)
      await database.query(`INSERT INTO trial_odds (id, board, number, fraction, big, words) VALUES ($1, $2, ${sql})`, [
        id,
        BOARD,
      ]);
    await database.query(`INSERT INTO trial_odds (id, board, words) VALUES ($1, $2, repeat('ü', $3))`, [
      LONG_ID,
      BOARD,
      scale.longTextCharacters,
    ]);
    const came = await rowsAre(
      (rows) => harmed(rows).length === 0 && lengthOf(rows.get(LONG_ID)?.['words']) === scale.longTextCharacters,
    );
    const wrong = probes.map(({ sync }) => harmed(sync.store.rows('trial_odds')));
    besides(context, NAME, 'odd values arrive unharmed', came, { wrong, problems: probes.map(({ problems }) => problems) });
    const before = await setAside(context);
    await database.query(
      `INSERT INTO trial_odds (id, board, words, mood) VALUES ($1, $2, 'poisoned', 'poison'), ('beside', $2, 'beside it', 'fine')`,
      [POISONED, BOARD],
    );
    const aside = await rowsAre((rows) => rows.has('beside') && !rows.has(POISONED));
    const after = await setAside(context);
    besides(
      context,
      NAME,
      'the poisoned row is set aside and counted, the one beside it comes',
      aside && after.every((count, at) => count > (before[at] ?? 0)),
      { before, after },
    );
    const late = context.probe({ server: fleet.servers[0] ?? never(), scope: `odds:${BOARD}/probe` });
    const met = await until(() => late.sync.store.rows('trial_odds').size === ODDITIES.length + 2);
    besides(
      context,
      NAME,
      'whoever comes meanwhile gets all the others',
      met && !late.sync.store.rows('trial_odds').has(POISONED),
      {
        rows: late.sync.store.rows('trial_odds').size,
        problems: late.problems,
      },
    );
    await database.query(`UPDATE trial_odds SET mood = 'fine' WHERE id = $1`, [POISONED]);
    const back = await rowsAre((rows) => rows.get(POISONED)?.['mood'] === 'fine');
    besides(context, NAME, 'it comes back when it is mended', back, {});
    struck(context, NAME, { setAside: after, longText: scale.longTextCharacters });
    await database.query('DELETE FROM trial_odds WHERE board = $1', [BOARD]);
  },
};

type Shown = ReadonlyMap<string, { readonly [column: string]: unknown }>;

function harmed(rows: Shown): string[] {
  return ODDITIES.filter(({ id, shown }) =>
    Object.entries(shown).some(([column, value]) => rows.get(id)?.[column] !== value),
  ).map(({ id }) => `${id}: ${JSON.stringify(rows.get(id))}`);
}

function setAside({ fleet }: FaultContext): Promise<number[]> {
  return Promise.all(fleet.servers.map(async (server) => (await server.metrics())?.rowsSetAside ?? 0));
}

function never(): never {
  throw new Error('there is no server');
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < deadline) await sleep(20);
  return holds();
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}
