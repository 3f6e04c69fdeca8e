import { readFileSync } from 'node:fs';
import pg from 'pg';
import { serveParent } from '../measure/child.ts';
import { ROWS, rowKey } from './forms.ts';

/** The writers of the capture bench, in one process: each a connection that commits one update after the other. */
export type WritersConfig = { readonly connection: pg.ClientConfig; readonly most: number };
export type Load = {
  readonly table: string;
  readonly writers: number;
  readonly rowsPerStatement: number;
  readonly seconds: number;
};

export type LoadResult = {
  readonly rowsPerSecond: number;
  /** Microseconds of the backend's CPU time for each row, when there is one writer and the system tells (Linux). */
  readonly cpuPerRow: number | undefined;
};

type Writer = { readonly client: pg.Client; readonly pid: number };

let writers: readonly Writer[] = [];

async function connectAll({ connection, most }: WritersConfig): Promise<object> {
  writers = await Promise.all(
    Array.from({ length: most }, async () => {
      const client = new pg.Client(connection);
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return { client, pid: rows[0]?.pid ?? 0 };
    }),
  );
  return {};
}

async function run(load: Load): Promise<LoadResult> {
  const busy = writers.slice(0, load.writers);
  const [first] = busy;
  const cpuBefore = first === undefined ? undefined : cpuMicroseconds(first.pid);
  const start = performance.now();
  const until = start + load.seconds * 1000;
  const counts = await Promise.all(busy.map(({ client }, number) => write(client, load, number, until)));
  const elapsed = (performance.now() - start) / 1000;
  const cpuAfter = first === undefined ? undefined : cpuMicroseconds(first.pid);
  const rows = counts.reduce((sum, count) => sum + count, 0) * load.rowsPerStatement;
  const alone = busy.length === 1 && cpuBefore !== undefined && cpuAfter !== undefined;
  return { rowsPerSecond: rows / elapsed, cpuPerRow: alone ? (cpuAfter - cpuBefore) / rows : undefined };
}

/** Commits updates of rows that no other writer touches, until the time is up; returns how many statements. */
async function write(client: pg.Client, load: Load, number: number, until: number): Promise<number> {
  const share = Math.floor(ROWS / load.writers);
  const places = Math.floor(share / load.rowsPerStatement);
  const name = `${load.table}-${load.rowsPerStatement}`;
  const text =
    load.rowsPerStatement === 1
      ? `UPDATE ${load.table} SET progress = progress + 1 WHERE id = $1`
      : `UPDATE ${load.table} SET progress = progress + 1 WHERE id BETWEEN $1 AND $2`;
  let statements = 0;
  for (; performance.now() < until; statements += 1) {
    const from = number * share + (statements % places) * load.rowsPerStatement;
    const values = load.rowsPerStatement === 1 ? [rowKey(from)] : [rowKey(from), rowKey(from + load.rowsPerStatement - 1)];
    await client.query({ name, text, values });
  }
  return statements;
}

/** CPU time that a process has had, or undefined where the system does not tell. */
function cpuMicroseconds(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return undefined;
  }
}

serveParent<WritersConfig | Load>((message) => ('connection' in message ? connectAll(message) : run(message)));
