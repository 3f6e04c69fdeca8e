import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSyncClient, type SyncClient, type SyncClientOptions } from '../index.ts';
import { HandBrowser, type HandTab } from './hand-browser.ts';
import { batch, frame, HandServer, heartbeat, hello, part, put, type Visit } from './hand-server.ts';

const LEARNER = 'courses/learner';
let server: HandServer;
let browser: HandBrowser;
const clients: SyncClient[] = [];

beforeEach(async () => {
  server = await HandServer.listen();
  browser = new HandBrowser();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await server.close();
});

function follow(tab: HandTab, options: Partial<SyncClientOptions> = {}, owner = 'u'): SyncClient {
  const client = createSyncClient({ url: server.url, random: () => 0, tabs: tab.of(owner), ...options });
  clients.push(client);
  client.start();
  return client;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
const titles = (client: SyncClient): unknown[] =>
  client
    .table('courses')
    .all()
    .map((row) => row['title']);
const shows = (client: SyncClient, cursor: string, ...shown: string[]): Promise<void> =>
  until(() => expect([client.cursor, client.status, titles(client)]).toEqual([cursor, 'live', shown]));

/** A leading tab whose rows are here, and what it is served by. */
async function leading(): Promise<{ tab: HandTab; leader: SyncClient; visit: Visit }> {
  const tab = browser.tab();
  const leader = follow(tab);
  const visit = await server.next();
  visit.stream(hello([LEARNER]), batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true })));
  await shows(leader, 'c1', 'A');
  return { tab, leader, visit };
}

test('K47 four tabs are served by one stream, and show the same states in the same order', async () => {
  const { leader, visit } = await leading();
  const all = [leader, ...[1, 2, 3].map(() => follow(browser.tab()))];
  for (const client of all) await shows(client, 'c1', 'A');
  const seen = all.map((client) => {
    const states: unknown[] = [];
    client.table('courses').subscribe(() => states.push([client.cursor, titles(client).join()]));
    return states;
  });
  visit.stream(batch('c2', put(LEARNER, { b: { title: 'B' } })), batch('c3', put(LEARNER, {}, { drop: { courses: ['a'] } })));
  visit.stream(frame('withdraw', { scopes: [LEARNER] }), heartbeat('c4'));
  for (const client of all) await shows(client, 'c4');
  for (const states of seen)
    expect(states).toEqual([
      ['c2', 'A,B'],
      ['c3', 'B'],
      [undefined, ''],
    ]);
  expect([server.visits, server.most]).toEqual([1, 1]);
});

test('K47 half a batch is shown by no tab, and a tab that comes meanwhile gets the state before it', async () => {
  const { visit } = await leading();
  visit.stream(part(put(LEARNER, { b: { title: 'B' } })));
  const second = follow(browser.tab());
  await shows(second, 'c1', 'A');
  visit.stream(batch('c2', put(LEARNER, { a: { title: 'A2' } })));
  await shows(second, 'c2', 'A2', 'B');
  expect(server.visits).toBe(1);
});

test('K47 a tab that holds a cursor of the leader’s past is brought on by its steps, any other by everything', async () => {
  const { leader, visit } = await leading();
  const kept = leader.store.toDump();
  for (const at of [2, 3]) visit.stream(batch(`c${at}`, put(LEARNER, { [`k${at}`]: { title: `K${at}` } })));
  await shows(leader, 'c3', 'A', 'K2', 'K3');
  const come = (): unknown => browser.said.findLast((one) => (one as { kind: string }).kind === 'come');
  const near = follow(browser.tab(), { initial: kept });
  await shows(near, 'c3', 'A', 'K2', 'K3');
  expect(come()).toMatchObject({ steps: [{ batch: { cursor: 'c2' } }, { batch: { cursor: 'c3' } }] });
  const far = follow(browser.tab(), { initial: { ...kept, cursor: 'c-of-yesterday' } });
  await shows(far, 'c3', 'A', 'K2', 'K3');
  expect(come()).toMatchObject({ steps: [{ batch: { cursor: 'c3', holds: { snapshot: true } } }] });
});

test('K47 what each tab shows is its own: rows are frozen, and those that stay are the same objects', async () => {
  const { visit } = await leading();
  const second = follow(browser.tab());
  await shows(second, 'c1', 'A');
  const before = second.table('courses').get('a');
  expect(Object.isFrozen(before)).toBe(true);
  visit.stream(batch('c2', put(LEARNER, { b: { title: 'B' } })));
  await shows(second, 'c2', 'A', 'B');
  expect(second.table('courses').get('a')).toBe(before);
});

for (const [how, end] of [
  ['is closed', ({ leader }: Led) => leader.stop()],
  ['crashes', ({ leader, tab }: Led) => (tab.crash(), leader.stop())],
  ['goes to sleep', ({ leader }: Led) => leader.suspend()],
] as const)
  test(`K48 when the leading tab ${how}, another goes on from its own cursor`, async () => {
    const led = await leading();
    const [second, third] = [follow(browser.tab()), follow(browser.tab())];
    await shows(third, 'c1', 'A');
    end(led);
    const next = await server.next();
    expect(next.parameters.get('cursor')).toBe('c1');
    next.stream(hello([LEARNER], 'ring'), batch('c2', put(LEARNER, { b: { title: 'B' } })));
    for (const client of [second, third]) await shows(client, 'c2', 'A', 'B');
    await led.visit.gone;
    expect([server.visits, server.most]).toEqual([2, 1]);
  });
type Led = Awaited<ReturnType<typeof leading>>;

test('K48 one that slept follows the tab that leads meanwhile', async () => {
  const { leader } = await leading();
  const second = follow(browser.tab());
  await shows(second, 'c1', 'A');
  leader.suspend();
  const next = await server.next();
  next.stream(hello([LEARNER], 'ring'), batch('c2', put(LEARNER, { b: { title: 'B' } })));
  await shows(second, 'c2', 'A', 'B');
  leader.resume();
  await shows(leader, 'c2', 'A', 'B');
  expect(server.visits).toBe(2);
});

test('K47 what a tab passed on before another led is no way on from there', async () => {
  const { leader, visit } = await leading();
  const late = follow(browser.tab());
  await shows(late, 'c1', 'A');
  late.suspend();
  visit.stream(batch('c2', put(LEARNER, { b: { title: 'B' } })));
  const between = follow(browser.tab());
  await shows(between, 'c2', 'A', 'B');
  leader.suspend();
  const second = await server.next();
  second.stream(hello([LEARNER], 'ring'), batch('c3', put(LEARNER, { c: { title: 'C' } })));
  await shows(between, 'c3', 'A', 'B', 'C');
  leader.resume();
  await shows(leader, 'c3', 'A', 'B', 'C');
  between.stop();
  const third = await server.next();
  third.stream(hello([LEARNER], 'ring'), batch('c4', put(LEARNER, { d: { title: 'D' } })));
  await shows(leader, 'c4', 'A', 'B', 'C', 'D');
  late.resume();
  await shows(late, 'c4', 'A', 'B', 'C', 'D');
});

test('K49 nothing passes between two users, two addresses or two sets of scopes', async () => {
  await leading();
  const apart = [
    follow(browser.tab(), {}, 'somebody else'),
    follow(browser.tab(), { url: `${server.url}?as=other` }),
    follow(browser.tab(), { scopes: [LEARNER] }),
  ];
  for (const client of apart) {
    (await server.next()).stream(hello([]), heartbeat('x'));
    await shows(client, 'x');
  }
  expect(() => follow(browser.tab(), { user: { id: 'v' } })).toThrow('one user’s own');
});

test('K49 who does not understand the leading tab, or cannot meet it, opens a stream of its own', async () => {
  const { tab } = await leading();
  const [name = ''] = browser.names;
  tab.listeners.delete(name);
  const other = follow(browser.tab());
  await until(() => expect(browser.said.some((one) => (one as { kind: string }).kind === 'join')).toBe(true));
  tab.room(name).post({ mark: 'elira-tabs-2.1', from: 'a newer leader', hello: 'there' });
  (await server.next()).stream(hello([LEARNER]), batch('c9', put(LEARNER, {}, { reset: true })));
  await shows(other, 'c9');
  const lonely = follow(browser.tab(), { tabs: { owner: 'u', share: () => undefined } });
  (await server.next()).stream(hello([LEARNER]), batch('c9', put(LEARNER, {}, { reset: true })));
  await shows(lonely, 'c9');
});

test('K51 who follows has its leader’s troubles, and none of them is a way past a refusal', async () => {
  const { leader, visit } = await leading();
  const second = follow(browser.tab());
  await shows(second, 'c1', 'A');
  visit.stream(frame('goodbye', { code: 'database_unavailable', title: 'x', status: 503 }));
  await until(() =>
    expect([leader, second].map(({ problem }) => problem?.code)).toEqual(Array(2).fill('database_unavailable')),
  );
  (await server.next()).stream(hello([LEARNER], 'ring'), heartbeat('c2'));
  for (const client of [leader, second]) await shows(client, 'c2', 'A');
  const visits = server.visits;
  const refused = async (): Promise<void> =>
    (await server.next()).refuse(401, { code: 'not_signed_in', title: 'x', status: 401 });
  leader.stop();
  await refused();
  await until(() => expect(second.problem?.code).toBe('not_signed_in'));
  leader.start();
  await refused();
  await until(() => expect(leader.status).toBe('stopped'));
  expect(server.visits).toBe(visits + 2);
});

test('K51 a tab that begins while the leader has no connection shows the leader’s rows, and not that they are live', async () => {
  const { leader, visit } = await leading();
  visit.stream(frame('goodbye', { code: 'shutting_down', title: 'x', status: 503 }));
  await until(() => expect(leader.status).toBe('waiting'));
  await server.close();
  const seen: string[] = [];
  const second = follow(browser.tab());
  second.subscribeStatus(() => seen.push(second.status));
  await until(() => expect([titles(second), second.status]).toEqual([['A'], 'waiting']));
  expect(seen).not.toContain('live');
  expect(second.ageMs).toBeGreaterThanOrEqual(0);
});

test('K52 what lay in a tab that stood still is as old as it is', async () => {
  const { visit } = await leading();
  const tab = browser.tab();
  const second = follow(tab);
  await shows(second, 'c1', 'A');
  tab.freeze();
  visit.stream(batch('c2', put(LEARNER, { b: { title: 'B' } })));
  await until(() => expect(browser.said.some((one) => (one as { kind: string }).kind === 'step')).toBe(true));
  await new Promise((resolve) => setTimeout(resolve, 400));
  tab.thaw();
  await shows(second, 'c2', 'A', 'B');
  expect(second.ageMs).toBeGreaterThanOrEqual(400);
});
