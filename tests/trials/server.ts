import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScopeKey } from '@elira/protocol';
import { createSyncEngine } from '@elira/sync-server';
import type pg from 'pg';
import { ALL_RULES } from './rules.ts';
import { SCOPES_HEADER, SECRET_HEADER } from './viewers.ts';

/**
 * A server of the trial, in a process of its own, so that it can be killed and stopped: the engine on the trial's rules behind plain
 * node:http. Who may receive what is said by the trial itself, in a header only it can set.
 *
 * Configured by TRIAL_SERVER (JSON); prints one line {"port": …} when it listens. Everything it logs goes to standard error.
 */
type ServerConfig = {
  readonly name: string;
  readonly secret: string;
  readonly connection: pg.ClientConfig;
  readonly port: number;
};

const config = JSON.parse(process.env['TRIAL_SERVER'] ?? '{}') as ServerConfig;

/** As in `docs/trials.md`: what takes 30 seconds outside takes 3 here, and batches come in many parts. */
const LIMITS = { heartbeatSeconds: 1, stalledSeconds: 10, frameBytes: 3_000 };
/** Server b forgets quickly and takes in little: who comes back to it is caught up from the database, or gets a snapshot. */
const NARROW_LIMITS = { ...LIMITS, ringBatches: 30, changesPerRead: 60, changesPerCatchUp: 40 };

const write = (level: string) => (fields: object, message: string) => {
  process.stderr.write(`${JSON.stringify({ level, server: config.name, ...fields, message })}\n`);
};
const engine = createSyncEngine({
  rules: ALL_RULES,
  connection: config.connection,
  readerRole: 'elira_reader',
  channels: ['course_changes', 'course_published'],
  server: config.name,
  log: { info: write('info'), warn: write('warn'), error: write('error') },
  limits: config.name === 'b' ? NARROW_LIMITS : LIMITS,
});

const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    response.end(JSON.stringify(engine.metrics()));
    return;
  }
  if (!authentic(request.headers[SECRET_HEADER])) {
    response.writeHead(401).end();
    return;
  }
  const scopes = JSON.parse(String(request.headers[SCOPES_HEADER])) as ScopeKey[];
  engine.handleStream(request, response, () => ({ scopes }));
});

process.once('SIGTERM', () => {
  server.close();
  engine.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

await engine.start();
server.listen(config.port, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});

function authentic(given: string | readonly string[] | undefined): boolean {
  const [left, right] = [Buffer.from(String(given)), Buffer.from(config.secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}
