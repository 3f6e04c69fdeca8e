import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { besides, struck, type Strike } from '../fault.ts';
import type { ServerProcess } from '../server-process.ts';

const NAME = 'one transaction of very many rows';
const BOARD = 'huge';
const PATIENCE_MS = 60_000;
/** Bytes by which a server may grow over it: a frame, a snapshot and the bytes that wait in sockets, some times over. */
const GROWTH_BYTES = 512 * 1024 * 1024;

/** More rows than a read takes in, written at once and taken away at once: clients have all of them or none. */
export const HUGE_TRANSACTION: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet, scale } = context;
    const rows = scale.hugeTransactionRows;
    const seen = new Set<number>();
    const probes = fleet.servers.map((server) =>
      context.probe({
        server,
        scope: `bulk:${BOARD}/probe`,
        onBatch: ({ store }) => void seen.add(store.rows('trial_bulk').size),
      }),
    );
    await until(() => probes.every(({ sync }) => sync.status === 'live'));
    const before = await Promise.all(fleet.servers.map(residentBytes));
    const watch = watchMemory(fleet.servers);
    await database.query(`INSERT INTO trial_bulk (id, board, value) SELECT g, $1, 1 FROM generate_series(1, $2::integer) g`, [
      BOARD,
      rows,
    ]);
    const came = await until(() => probes.every(({ sync }) => sync.store.rows('trial_bulk').size === rows));
    await database.query('UPDATE trial_bulk SET value = value + 1 WHERE board = $1', [BOARD]);
    const changed = await until(() => probes.every(({ sync }) => sumOf(sync.store.rows('trial_bulk')) === 2 * rows));
    await database.query('DELETE FROM trial_bulk WHERE board = $1', [BOARD]);
    const went = await until(() => probes.every(({ sync }) => sync.store.rows('trial_bulk').size === 0));
    const most = await watch.stop();
    besides(context, NAME, 'all of them arrive', came && changed && went, { came, changed, went });
    const parts = [...seen].filter((size) => size !== 0 && size !== rows);
    besides(context, NAME, 'all or none is shown', parts.length === 0, { parts });
    for (const [index, server] of fleet.servers.entries()) {
      const growth = (most[index] ?? 0) - (before[index] ?? 0);
      besides(context, NAME, `the memory of server ${server.name} stays bounded`, growth < GROWTH_BYTES, { growth });
    }
    if (seen.has(rows)) struck(context, NAME, { rows, bytes: probes.map(({ bytes }) => bytes), most });
  },
};

function sumOf(rows: ReadonlyMap<string, { readonly [column: string]: unknown }>): number {
  let sum = 0;
  for (const row of rows.values()) sum += Number(row['value']);
  return sum;
}

function watchMemory(servers: readonly ServerProcess[]): { stop: () => Promise<number[]> } {
  let [running, most]: [boolean, number[]] = [true, servers.map(() => 0)];
  const loop = (async () => {
    while (running) {
      const now = await Promise.all(servers.map(residentBytes));
      most = most.map((bytes, index) => Math.max(bytes, now[index] ?? 0));
      await sleep(100);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await loop;
      return most;
    },
  };
}

/** Where the system tells. */
async function residentBytes({ pid }: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < deadline) await sleep(20);
  return holds();
}
