import './server-clock.ts';
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS as WIRE_LIMITS, Problem, scopeKey, type Limits, type ScopeKey } from '@elira/protocol';
import { createSyncEngine, readMutations, readTogether, type Viewer } from '@elira/sync-server';
import pg from 'pg';
import { poolLimits } from '../../apps/server/src/database/app-pool.ts';
import { getSyncScope } from '../../apps/server/src/rules.ts';
import type { Role } from '../../apps/server/src/viewer.ts';
import { dieAtStatements, dieHere, dyingInAFrame } from './die-at.ts';
import { ALL_RULES } from './rules.ts';
import { SCOPES_HEADER, SECRET_HEADER, SESSION_HEADER } from './viewers.ts';
import { openDoor } from './writing/open-door.ts';

/**
 * A server of the trial, in a process of its own, so that it can be killed and stopped: the engine on the trial's rules behind plain
 * node:http. Who may receive what is said by the trial itself, in a header only it can set; or, for people, by the rows of the session
 * that the header names and of its user.
 *
 * Configured by TRIAL_SERVER (JSON); prints one line {"port": …} when it listens. Everything it logs goes to standard error.
 */
type ServerConfig = {
  readonly name: string;
  readonly secret: string;
  readonly connection: pg.ClientConfig;
  readonly port: number;
  /** The gate's: full durations. Otherwise the short ones below. */
  readonly limits?: Partial<Limits>;
};

dieAtStatements();
const config = JSON.parse(process.env['TRIAL_SERVER'] ?? '{}') as ServerConfig;

/** As in `docs/trials.md`: what takes 30 seconds outside takes 3 here, and batches come in many parts. */
const LIMITS = { heartbeatSeconds: 1, stalledSeconds: 10, staleSeconds: 3, frameBytes: 3_000, retainedSeconds: 20 };
/** Server b forgets quickly and takes in little: who comes back to it is caught up from the database, or gets a snapshot. */
const NARROW_LIMITS = { ...LIMITS, ringBatches: 30, changesPerRead: 60, changesPerCatchUp: 40 };

const write = (level: string) => (fields: object, message: string) => {
  process.stderr.write(`${JSON.stringify({ level, server: config.name, ...fields, message })}\n`);
};
const log = { info: write('info'), warn: write('warn'), error: write('error') };
const engine = createSyncEngine({
  rules: ALL_RULES,
  connection: config.connection,
  readerRole: 'elira_reader',
  channels: ['course_changes', 'course_published'],
  server: config.name,
  log,
  limits: config.limits ?? (config.name === 'b' ? NARROW_LIMITS : LIMITS),
});

/** Longest time between what the database answers about a session and what is made of it, in milliseconds. */
const PONDERING_MS = 150;
/** Milliseconds after which a connection that was asked for a session is given up. */
const SESSION_SILENCE_MS = 3_000;
let pondered = 0;
/** Asked for sessions; small, so that many who come at once wait for one another while rows change. */
const sessions = new pg.Pool({
  ...config.connection,
  max: 2,
  application_name: 'trial-sessions',
  ...poolLimits(SESSION_SILENCE_MS),
});
sessions.on('error', () => undefined);

/** Requests to write that are under way, also those whose client has gone; and mutations that were told to come again. */
let [writing, turnedAway] = [0, 0];
const door = openDoor(config.connection, () => engine.poke(), log);

const sockets = new Set<Socket>();
/** When streams were asked for lately, in milliseconds since 1970 by a clock that does not jump. */
const arrivals: number[] = [];
const ARRIVALS_KEPT = 5_000;

const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    const waitingBytes = Math.max(0, ...[...sockets].map(({ writableLength }) => writableLength));
    const seen = { writing, turnedAway, health: engine.health(), waitingBytes, arrivals, wallClock: Date.now() };
    response.end(JSON.stringify({ ...engine.metrics(), ...seen }));
    return;
  }
  if (!authentic(request.headers[SECRET_HEADER])) {
    response.writeHead(401).end();
    return;
  }
  const session = request.headers[SESSION_HEADER];
  if (request.method !== 'POST') arrivals.push(performance.timeOrigin + performance.now());
  arrivals.splice(0, arrivals.length - ARRIVALS_KEPT);
  if (request.method === 'POST') {
    writing += 1;
    mutate(request, response, String(session))
      .catch(() => response.destroy())
      .finally(() => (writing -= 1));
    return;
  }
  if (session !== undefined) {
    engine.handleStream(request, dyingInAFrame(response), () => viewerOf(String(session)));
    return;
  }
  const scopes = JSON.parse(String(request.headers[SCOPES_HEADER])) as ScopeKey[];
  engine.handleStream(request, dyingInAFrame(response), () => ({ scopes }));
});

server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});

process.once('SIGTERM', () => {
  server.close();
  Promise.all([engine.stop(), sessions.end(), door.close()]).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

await engine.start();
server.listen(config.port, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});

/** `POST /mutations`, as Elira's own address takes them: an array, answered in its order. */
async function mutate(request: IncomingMessage, response: ServerResponse, sessionId: string): Promise<void> {
  try {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const person = await personOf(sessionId);
    const mutations = readMutations(JSON.parse(Buffer.concat(pieces).toString()), WIRE_LIMITS);
    const answers = await door.door.decide(door.writerOf(person, sessionId), mutations);
    turnedAway += answers.filter(
      (answer) => answer.status === 'unknown' && answer.problem.code === 'database_unavailable',
    ).length;
    if (answers.some(({ status }) => status === 'applied')) dieHere('after the commit, before the answer');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers));
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('internal', undefined, { cause: error });
    if (problem.code === 'internal') log.error({ message: String(error) }, 'a request to write failed');
    response
      .writeHead(problem.status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify(problem.toDocument()));
  }
}

type PersonRow = { readonly id: string; readonly role: Role };

const PERSONS = `SELECT s.id AS session, u.id, u.role FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = ANY ($1::text[]) AND NOT u.banned`;

async function askPersons(ids: readonly string[]): Promise<(id: string) => PersonRow | undefined> {
  const { rows } = await sessions
    .query<PersonRow & { session: string }>(PERSONS, [[...new Set(ids)]])
    .catch((error: unknown) => {
      throw new Problem('database_unavailable', undefined, { cause: error });
    });
  const found = new Map(rows.map(({ session, id, role }) => [session, { id, role }]));
  return (id) => found.get(id);
}

/** At the gate hundreds come at once, and are looked up together, as in Elira. */
const askTogether = readTogether<string, PersonRow | undefined>(askPersons, { most: 1_000 });

async function personOf(sessionId: string): Promise<PersonRow> {
  const person = config.limits === undefined ? (await askPersons([sessionId]))(sessionId) : await askTogether(sessionId);
  if (person === undefined) throw new Problem('not_signed_in');
  return person;
}

/** What the rows say, told a while later, as by an application that has more to ask: by then it may be wrong. */
async function viewerOf(sessionId: string): Promise<Viewer> {
  const user = await personOf(sessionId);
  pondered = (pondered + 37) % PONDERING_MS;
  await sleep(pondered);
  const restsOn = [
    { table: 'users', key: user.id },
    { table: 'sessions', key: sessionId },
  ];
  const scopes = [...getSyncScope({ kind: 'user', sessionId, ...user }), scopeKey('desk', 'owner', user.id)];
  return { scopes, user: user.id, restsOn };
}

function authentic(given: string | readonly string[] | undefined): boolean {
  const [left, right] = [Buffer.from(String(given)), Buffer.from(config.secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}
