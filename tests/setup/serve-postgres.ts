import pg from 'pg';
import { PostgresFailure, startPostgres } from '../../packages/postgres/src/index.ts';

/*
 * A process that a test can start, kill and signal: starts PostgreSQL with the JSON options of its first argument, prints
 * one line of JSON about it, and stops it in order when a line "stop" comes in. Any other line is SQL whose first row is
 * printed. Ctrl-C is ignored.
 */
type Told = { readonly [key: string]: unknown };

const tell = (line: Told): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

process.on('SIGINT', () => undefined);

async function serve(): Promise<void> {
  const options: Parameters<typeof startPostgres>[0] = JSON.parse(process.argv[2] ?? '{}');
  const progress: string[] = [];
  const postgres = await startPostgres({ ...options, onProgress: (line) => progress.push(line) });
  tell({
    pid: postgres.pid,
    adopted: postgres.adopted,
    url: postgres.url,
    tcpUrl: postgres.tcpUrl,
    dataFolder: postgres.dataFolder,
    progress,
  });
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const line = String(chunk).trim();
    if (line === 'stop') break;
    const client = new pg.Client(postgres.url);
    await client.connect();
    tell({ row: (await client.query(line)).rows[0] });
    await client.end();
  }
  await postgres.stop();
  tell({ stopped: true });
}

serve().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(error instanceof PostgresFailure ? { code: error.code, message: error.message } : { message: String(error) });
    process.exit(1);
  },
);
