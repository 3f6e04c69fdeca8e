import { Problem, type ScopeKey } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { noteDatabase, noteServer, owner, publicNotes, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const streams: RawStream[] = [];
const servers: NoteServer[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  server = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2 } });
});
beforeEach(async () => {
  await sql.query(`INSERT INTO person (id) VALUES ('ann'), ('bob')`);
  // What the test before has left behind has been read.
  const read = server.engine.metrics().polls;
  server.engine.poke();
  await vi.waitUntil(() => server.engine.metrics().polls > read + 1);
});
afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close());
  for (const extra of servers.splice(0)) await extra.stop();
  await sql.query('DELETE FROM note; DELETE FROM member; DELETE FROM person');
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

type Who = {
  readonly user?: string;
  readonly scopes?: readonly ScopeKey[];
  readonly path?: string;
  readonly expiresAt?: number;
};

/** A stream of Ann's, who rests on her row of `person`. */
function open({ user = 'ann', scopes = [], path = '/', expiresAt }: Who = {}, on: NoteServer = server): RawStream {
  const headers = {
    'x-user': user,
    'x-rests-on': user,
    ...(expiresAt === undefined ? {} : { 'x-expires-at': String(expiresAt) }),
  };
  const stream = new RawStream(on.url, scopes, { path, headers });
  streams.push(stream);
  return stream;
}

async function live(stream: RawStream): Promise<RawStream> {
  await expect.poll(() => stream.cursor).toBeDefined();
  return stream;
}

const hello = (stream: RawStream): { scopes: string[]; resumed: string } =>
  JSON.parse(stream.named('hello')[0]?.data[0] ?? '{}') as { scopes: string[]; resumed: string };
const code = (stream: RawStream): string => (JSON.parse(stream.named('goodbye')[0]?.data[0] ?? '{}') as { code: string }).code;
const withdrawn = (stream: RawStream): string[] =>
  stream.named('withdraw').flatMap(({ data }) => (JSON.parse(data[0] ?? '{}') as { scopes: string[] }).scopes);
const resets = (stream: RawStream): string[] => stream.deltas.filter(({ reset }) => reset === true).map(({ scope }) => scope);
const bodies = (stream: RawStream): unknown[] =>
  stream.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([, row]) => row['body']));
const dropped = (stream: RawStream): string[] => stream.deltas.flatMap(({ drop }) => drop?.['note'] ?? []);
const join = (person: string, name: string): Promise<unknown> =>
  sql.query('INSERT INTO member (person, team) VALUES ($1, $2)', [person, name]);
const note = (id: string, name: string, body: string): Promise<unknown> =>
  sql.query('INSERT INTO note (id, team, body) VALUES ($1, $2, $3)', [id, name, body]);
const leave = (person: string): Promise<unknown> => sql.query('DELETE FROM member WHERE person = $1', [person]);

/** A row in a scope that everybody holds, to know that what came before it has been read. */
async function barrier(stream: RawStream, id: string): Promise<void> {
  await sql.query(`INSERT INTO note (id, is_public, body) VALUES ($1, true, $1)`, [id]);
  await expect.poll(() => bodies(stream)).toContain(id);
}

test('G1 a gained permission loads the rows that are there: they come to the open stream as a whole, in the event of its transaction', async () => {
  await note('n1', 'red', 'there before');
  const stream = await live(open({ scopes: [publicNotes] }));
  expect(hello(stream).scopes).toEqual([publicNotes]);
  const before = stream.events.length;
  await sql.query(
    `BEGIN; INSERT INTO member (person, team) VALUES ('ann', 'red'); INSERT INTO note (id, is_public, body) VALUES ('p', true, 'with it'); COMMIT`,
  );
  await expect.poll(() => bodies(stream)).toContain('there before');
  const [batch, ...more] = stream.events.slice(before).filter(({ event }) => event === 'batch');
  expect(more).toEqual([]);
  expect(batch?.data.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ scope: publicNotes }),
    expect.objectContaining({ scope: team('red'), reset: true }),
  ]);
  await note('n2', 'red', 'after');
  await expect.poll(() => bodies(stream)).toContain('after');
  expect(resets(stream)).toEqual([publicNotes, team('red')]);
});

test('G1 while one waits for the scope it gained, nobody else waits, and its first line of the scope is the whole of it', async () => {
  const [ann, bob] = await Promise.all([
    live(open({ scopes: [publicNotes] })),
    live(open({ user: 'bob', scopes: [publicNotes] })),
  ]);
  await join('ann', 'red');
  await note('n1', 'red', 'in red');
  await barrier(bob, 'for all');
  await expect.poll(() => bodies(ann)).toContain('in red');
  expect(bodies(bob)).not.toContain('in red');
  const puts = ann.deltas.filter(({ scope }) => scope === team('red'));
  expect(puts[0]?.reset).toBe(true);
});

test('G2 when the last row that opened a scope goes, it is withdrawn, and nothing more of it is sent', async () => {
  await join('ann', 'red');
  await join('ann', 'red');
  await note('n1', 'red', 'seen');
  const stream = await live(open({ scopes: [publicNotes] }));
  await sql.query(`DELETE FROM member WHERE id = (SELECT min(id) FROM member)`);
  await note('n2', 'red', 'still a member');
  await expect.poll(() => bodies(stream)).toContain('still a member');
  expect([withdrawn(stream), resets(stream)]).toEqual([[], [publicNotes, team('red')]]);

  // In one transaction, the last version that Ann could see and the first that she cannot.
  await sql.query(`BEGIN; UPDATE note SET body = 'too late' WHERE id = 'n1'; DELETE FROM member; COMMIT`);
  await expect.poll(() => withdrawn(stream)).toEqual([team('red')]);
  await note('n3', 'red', 'too late as well');
  await barrier(stream, 'p');
  expect(bodies(stream).filter((body) => String(body).startsWith('too late'))).toEqual([]);
});

test('G2 a user who moves to another team loses the one and gains the other in one event', async () => {
  await join('ann', 'red');
  await note('n1', 'red', 'red');
  await note('n2', 'blue', 'blue');
  const stream = await live(open());
  await sql.query(`UPDATE member SET team = 'blue'`);
  await expect.poll(() => bodies(stream)).toEqual(['red', 'blue']);
  expect(withdrawn(stream)).toEqual([team('red')]);
  expect(resets(stream)).toEqual([team('red'), team('blue')]);
});

test('G2 a change of other columns of such a row opens and closes nothing', async () => {
  await join('ann', 'red');
  const stream = await live(open({ scopes: [publicNotes] }));
  await sql.query(`UPDATE member SET remark = 'x'`);
  await barrier(stream, 'p');
  expect([withdrawn(stream), resets(stream)]).toEqual([[], [publicNotes, team('red')]]);
});

test('G3 a membership that was interrupted while away brings the scope anew, and names no row that came and went meanwhile', async () => {
  await join('ann', 'red');
  await note('n1', 'red', 'first');
  const stream = await live(open({ scopes: [publicNotes] }));
  const path = `/?cursor=${encodeURIComponent(stream.cursor ?? '')}`;
  stream.close();
  await leave('ann');
  await note('secret', 'red', 'never hers');
  await sql.query(`DELETE FROM note WHERE id = 'secret'`);
  await join('ann', 'red');
  const read = server.engine.metrics().changes;
  await expect.poll(() => server.engine.metrics().changes).toBeGreaterThanOrEqual(read);

  const fromRing = await live(open({ scopes: [publicNotes], path }));
  await barrier(fromRing, 'p1');
  expect(hello(fromRing).resumed).toBe('ring');
  expect(resets(fromRing)).toEqual([team('red')]);
  expect([dropped(fromRing), bodies(fromRing)]).toEqual([[], ['first', 'p1']]);

  const other = await noteServer(database.connection, { limits: { reachSeconds: 0 } });
  servers.push(other);
  const fromDatabase = await live(open({ scopes: [publicNotes], path }, other));
  await barrier(fromDatabase, 'p2');
  expect(hello(fromDatabase).resumed).toBe('database');
  expect(new Set(resets(fromDatabase))).toEqual(new Set([publicNotes, team('red')]));
  expect(dropped(fromDatabase)).toEqual([]);
});

test('G3 interrupted under an open stream, in one window or in several, the scope comes anew', async () => {
  await join('ann', 'red');
  await note('n1', 'red', 'first');
  const stream = await live(open({ scopes: [publicNotes] }));
  await sql.query(`DELETE FROM member; INSERT INTO note (id, team, body) VALUES ('gone', 'red', 'never hers')`);
  await sql.query(`DELETE FROM note WHERE id = 'gone'; INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  await barrier(stream, 'p');
  await expect.poll(() => resets(stream)).toEqual([publicNotes, team('red'), team('red')]);
  expect([dropped(stream), bodies(stream).includes('never hers')]).toEqual([[], false]);
});

test('G3 a cursor does not vouch for a scope that was lost before and gained after it', async () => {
  await join('ann', 'red');
  await note('n1', 'red', 'first');
  const stream = await live(open({ scopes: [publicNotes] }));
  await leave('ann');
  await expect.poll(() => withdrawn(stream)).toEqual([team('red')]);
  await barrier(stream, 'p');
  const path = `/?cursor=${encodeURIComponent(stream.cursor ?? '')}`;
  stream.close();
  await join('ann', 'red');
  const back = await live(open({ scopes: [publicNotes], path }));
  await expect.poll(() => resets(back)).toEqual([team('red')]);
  expect(bodies(back)).toEqual(['first']);
});

test.each([
  ['gained', async () => join('ann', 'red'), [team('red')]],
  ['lost', async () => leave('ann'), []],
])('G4 what is %s while the application still ponders is not missed', async (what, happen, scopes) => {
  if (what === 'lost') await join('ann', 'red');
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  let arrived = false;
  const slow = await noteServer(database.connection, {
    onAuthorise: () => {
      arrived = true;
      return asked;
    },
  });
  servers.push(slow);
  const stream = open({ scopes: [publicNotes] }, slow);
  await expect.poll(() => arrived).toBe(true);
  await happen();
  answer();
  await live(stream);
  expect(hello(stream).scopes).toEqual([publicNotes, ...scopes]);
});

/** A server whose application ponders its first answer until it is let; what it then says of the times after is `later`. */
async function pondering(later: () => Promise<void>): Promise<{ slow: NoteServer; asked: () => number; answer: () => void }> {
  let asked = 0;
  let answer = (): void => {};
  const first = new Promise<void>((resolve) => (answer = resolve));
  const slow = await noteServer(database.connection, { onAuthorise: () => (++asked === 1 ? first : later()) });
  servers.push(slow);
  return { slow, asked: () => asked, answer };
}

async function seenBy(slow: NoteServer, statement: string): Promise<void> {
  const before = slow.engine.metrics().changes;
  await sql.query(statement);
  slow.engine.poke();
  await expect.poll(() => slow.engine.metrics().changes).toBeGreaterThan(before);
}

test('G4 who is banned while the application still ponders is not served: the application is asked again', async () => {
  const { slow, asked, answer } = await pondering(() => Promise.reject(new Problem('not_signed_in')));
  const stream = open({ scopes: [publicNotes] }, slow);
  await expect.poll(asked).toBe(1);
  await seenBy(slow, `UPDATE person SET role = 'banned' WHERE id = 'ann'`);
  answer();
  await expect.poll(() => stream.status).toBe(401);
  expect([asked(), bodies(stream)]).toEqual([2, []]);
});

test.each([
  ['the viewer’s row has moved', `UPDATE person SET role = 'boss' WHERE id = 'ann'`],
  ['it is not known what became of viewers', `SELECT sync.touch('person')`],
])('G4 where %s while the application still ponders, it is asked again and nobody is sent away', async (_, statement) => {
  await join('ann', 'red');
  const { slow, asked, answer } = await pondering(() => Promise.resolve());
  const stream = open({ scopes: [publicNotes] }, slow);
  await expect.poll(asked).toBe(1);
  await seenBy(slow, statement);
  answer();
  await live(stream);
  expect([asked(), hello(stream).scopes]).toEqual([2, [publicNotes, team('red')]]);
});

test('G4 where every answer is outdated when it comes, the request is refused in the end', async () => {
  const touch = `SELECT sync.touch('person')`;
  const { slow, asked, answer } = await pondering(() => seenBy(slow, touch));
  const stream = open({ scopes: [publicNotes] }, slow);
  await expect.poll(asked).toBe(1);
  await seenBy(slow, touch);
  answer();
  await expect.poll(() => stream.status).toBe(409);
  await expect.poll(() => stream.body).toContain('access_changed');
  expect(asked()).toBe(3);
});

test.each([
  ['goes', `DELETE FROM person WHERE id = 'ann'`],
  ['moves', `UPDATE person SET role = 'boss' WHERE id = 'ann'`],
])('G5 when a row that a viewer rests on %s, everything is withdrawn and the stream ends', async (_, statement) => {
  const [ann, bob] = await Promise.all([
    live(open({ scopes: [publicNotes] })),
    live(open({ user: 'bob', scopes: [publicNotes] })),
  ]);
  await sql.query(`UPDATE person SET name = 'Ann'`);
  await barrier(ann, 'p1');
  await sql.query(`BEGIN; ${statement}; INSERT INTO note (id, is_public, body) VALUES ('p2', true, 'too late'); COMMIT`);
  await expect.poll(() => [withdrawn(ann), code(ann), ann.closed]).toEqual([[publicNotes], 'access_changed', true]);
  await expect.poll(() => bodies(bob)).toContain('too late');
  expect([bodies(ann).includes('too late'), withdrawn(bob), bob.closed]).toEqual([false, [], false]);
});

test('G5 a viewer that has expired is treated alike', async () => {
  const stream = await live(open({ scopes: [publicNotes], expiresAt: Date.now() + 700 }));
  expect(stream.closed).toBe(false);
  await expect.poll(() => [withdrawn(stream), code(stream)]).toEqual([[publicNotes], 'access_changed']);
});

test.each([
  ['TRUNCATE member', [publicNotes]],
  [`SELECT sync.touch('member')`, [publicNotes, team('red')]],
])('G6 after %s streams that depend on it end, and come back with what they may see', async (statement, scopes) => {
  await join('ann', 'red');
  await note('n1', 'red', 'first');
  const stream = await live(open({ scopes: [publicNotes] }));
  const path = `/?cursor=${encodeURIComponent(stream.cursor ?? '')}`;
  await sql.query(statement);
  await expect.poll(() => [withdrawn(stream), code(stream)]).toEqual([[publicNotes, team('red')], 'access_changed']);
  const back = await live(open({ scopes: [publicNotes], path }));
  expect(hello(back).scopes).toEqual(scopes);
  expect(resets(back).filter((scope) => scope !== publicNotes)).toEqual(scopes.slice(1));
});

test('G7 who asked for some scopes only gains no others, and is refused what rows do not open', async () => {
  await join('ann', 'red');
  const path = `/?scope=${encodeURIComponent(team('red'))}`;
  const stream = await live(open({ scopes: [publicNotes], path }));
  expect(hello(stream).scopes).toEqual([team('red')]);
  await join('ann', 'blue');
  await note('n1', 'blue', 'blue');
  await note('n2', 'red', 'red');
  await expect.poll(() => bodies(stream)).toEqual(['red']);
  const refused = open({ path: `/?scope=${encodeURIComponent(team('green'))}` });
  await expect.poll(() => refused.status).toBe(403);
});

test('G7 a user with more scopes than a connection may hold is refused, and an open stream that gains too many ends', async () => {
  const small = await noteServer(database.connection, { limits: { scopesPerConnection: 3 } });
  servers.push(small);
  await sql.query(`INSERT INTO member (person, team) SELECT 'ann', 't' || g FROM generate_series(1, 3) g`);
  const stream = await live(open({}, small));
  await join('ann', 't4');
  await expect.poll(() => code(stream)).toBe('too_many_scopes');
  const refused = open({}, small);
  await expect.poll(() => refused.status).toBe(400);
  await expect.poll(() => refused.body).toContain('too_many_scopes');
});

test('G7 the memberships of many who come at once are read in few statements', async () => {
  await sql.query(`INSERT INTO member (person, team) SELECT 'u' || g, 'red' FROM generate_series(1, 200) g`);
  await note('n1', 'red', 'for all');
  const before = server.engine.metrics().membershipReads;
  const many = Array.from({ length: 200 }, (_, n) => open({ user: `u${n + 1}` }));
  await Promise.all(many.map(live));
  expect(many.every((stream) => bodies(stream).includes('for all'))).toBe(true);
  expect(server.engine.metrics().membershipReads - before).toBeLessThan(150);
});

test('G8 scopes of users come and go with the rows that an owner holds, beside scopes that are always held', async () => {
  await join('ann', 'red');
  await sql.query(`INSERT INTO note (id, owner, team, body) VALUES ('n', 'ann', 'red', 'both')`);
  const stream = await live(open({ scopes: [owner('ann')] }));
  expect(hello(stream).scopes).toEqual([owner('ann'), team('red')]);
  await leave('ann');
  await expect.poll(() => withdrawn(stream)).toEqual([team('red')]);
  await sql.query(`UPDATE note SET body = 'hers alone'`);
  await expect.poll(() => bodies(stream).at(-1)).toBe('hers alone');
});
