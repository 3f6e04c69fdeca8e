import { expect, test } from 'vitest';
import { BACKOFF } from './backoff.ts';
import { localProblem, type ClientWord } from './client-problem.ts';
import {
  connectionOf,
  deadlineOf,
  FAULTS_FROM_CURSOR,
  FAULTS_MOST,
  IDLE,
  SILENCE_MS,
  STABLE_MS,
  STALLED_MS,
  transition,
  type ConnectionEvent,
  type ConnectionState,
  type ConnectionStatus,
} from './connection-machine.ts';

const NOW = 100_000;
const trouble = { failures: 1, faults: 1, afresh: true };
const problem = (client: ClientWord) => ({ code: 'any', title: 'any', client });
const STATES: Record<ConnectionStatus, ConnectionState> = {
  idle: IDLE,
  connecting: { kind: 'connecting', opened: 3, heardAt: NOW - 1, toldAt: NOW - 1, ...trouble },
  'catching-up': { kind: 'catching-up', opened: 3, heardAt: NOW - 1, toldAt: NOW - 1, ...trouble },
  live: { kind: 'live', opened: 3, heardAt: NOW - 1, toldAt: NOW - 1, since: NOW - 2, ...trouble, afresh: false },
  waiting: { kind: 'waiting', opened: 3, until: NOW + 5, problem: problem('retry'), ...trouble },
  stopped: { kind: 'stopped', opened: 3, problem: problem('stop') },
};
const over = (client: ClientWord, connection = 3): ConnectionEvent => ({ kind: 'over', connection, problem: problem(client) });
const EVENTS = {
  start: { kind: 'start' },
  stop: { kind: 'stop' },
  'timer, early': { kind: 'timer' },
  wake: { kind: 'wake' },
  turn: { kind: 'turn' },
  heard: { kind: 'heard', connection: 3 },
  told: { kind: 'told', connection: 3 },
  greeted: { kind: 'greeted', connection: 3 },
  moved: { kind: 'moved', connection: 3 },
  'over: stop': over('stop'),
  'over: retry': over('retry'),
  'over: reconnect': over('reconnect'),
  'over: restart': over('restart'),
} satisfies Record<string, ConnectionEvent>;

const go = (state: ConnectionState, event: ConnectionEvent, now = NOW, random = 0.5): ConnectionState =>
  transition(state, event, { now, random });

/** Rows: events. Columns: states, in the order of STATES. A dot: nothing changes. */
const TABLE: Record<keyof typeof EVENTS, string> = {
  start: 'connecting . . . . connecting',
  stop: '. idle idle idle idle idle',
  'timer, early': '. . . . . .',
  wake: '. . . . . .',
  turn: '. connecting connecting connecting connecting .',
  heard: '. connecting catching-up live . .',
  told: '. connecting catching-up live . .',
  greeted: '. catching-up . . . .',
  moved: '. . live live . .',
  'over: stop': '. stopped stopped stopped . .',
  'over: retry': '. waiting waiting waiting . .',
  'over: reconnect': '. waiting waiting waiting . .',
  'over: restart': '. waiting waiting waiting . .',
};

test('K4 K6 the table of transitions is total', () => {
  for (const [name, event] of Object.entries(EVENTS)) {
    const row = Object.values(STATES).map((state) => {
      const next = go(state, event);
      return next === state ? '.' : next.kind;
    });
    expect([name, row.join(' ')]).toEqual([name, TABLE[name as keyof typeof EVENTS]]);
  }
});

test('K4 what an earlier connection still says changes nothing', () => {
  for (const state of Object.values(STATES)) {
    for (const kind of ['heard', 'told', 'greeted', 'moved'] as const) expect(go(state, { kind, connection: 2 })).toBe(state);
    for (const client of ['stop', 'retry', 'restart'] as const) expect(go(state, over(client, 2))).toBe(state);
  }
});

test('K4 each way out of a connection gives the next one a new number', () => {
  const live = STATES.live;
  const waiting = go(live, over('retry'));
  expect(connectionOf(waiting)).toBeUndefined();
  expect(connectionOf(go(waiting, { kind: 'timer' }, NOW + 60_000))).toBe(4);
  expect(connectionOf(go(go(live, { kind: 'stop' }), { kind: 'start' }))).toBe(4);
});

test('K5 waits stay between 250 ms and 5 s, double in between, and spread', () => {
  let state: ConnectionState = go(IDLE, { kind: 'start' });
  const longest: number[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const connection = connectionOf(state) ?? 0;
    const wait = (random: number): number => (deadlineOf(go(state, over('retry', connection), NOW, random)) ?? 0) - NOW;
    expect(wait(0)).toBe(BACKOFF.leastMs);
    longest.push(Math.round(wait(1)));
    state = go(go(state, over('retry', connection)), { kind: 'timer' }, NOW + 60_000);
  }
  expect(longest.slice(0, 6)).toEqual([1000, 2000, 4000, 5000, 5000, 5000]);
  expect(Math.max(...longest)).toBe(BACKOFF.mostMs);
});

test('K5 who is asked to come again waits 2 s at most, however often, and it counts only where nothing had come', () => {
  let state: ConnectionState = go(IDLE, { kind: 'start' });
  for (const longest of [1000, 2000, 2000, 2000]) {
    const asked = over('reconnect', connectionOf(state));
    expect(Math.round(deadlineOf(go(state, asked, NOW, 1)) ?? 0) - NOW).toBe(longest);
    expect(deadlineOf(go(state, asked, NOW, 0))).toBe(NOW + BACKOFF.leastMs);
    state = go(go(state, asked), { kind: 'timer' }, NOW + 60_000);
  }
  const counted = (kind: keyof typeof STATES): unknown => {
    const [before, after] = [STATES[kind], go(STATES[kind], over('reconnect'))];
    return 'failures' in before && 'failures' in after && after.failures - before.failures;
  };
  expect((['connecting', 'catching-up', 'live'] as const).map(counted)).toEqual([1, 1, 0]);
});

test('K5 only a connection that was live for ten seconds clears the count', () => {
  const failures = (state: ConnectionState): unknown => 'failures' in state && state.failures;
  const live: ConnectionState = {
    ...STATES.live,
    kind: 'live',
    failures: 7,
    since: NOW,
    heardAt: NOW,
    toldAt: NOW,
    opened: 3,
    faults: 4,
    afresh: false,
  };
  expect(failures(go(live, over('retry'), NOW + STABLE_MS - 1))).toBe(8);
  expect(go(live, over('retry'), NOW + STABLE_MS)).toMatchObject({ failures: 1, faults: 0 });
  expect(go(live, { kind: 'moved', connection: 3 }, NOW + STABLE_MS)).toMatchObject({ failures: 0, faults: 0 });
});

test('K6 restart forgets the cursor until a batch has come, through any number of failures', () => {
  const live: ConnectionState = {
    kind: 'live',
    opened: 3,
    heardAt: NOW,
    toldAt: NOW,
    since: NOW,
    failures: 0,
    faults: 0,
    afresh: false,
  };
  let state = go(go(live, over('restart')), { kind: 'timer' }, NOW + 60_000);
  state = go(go(state, over('retry', 4)), { kind: 'timer' }, NOW + 120_000);
  expect(state).toMatchObject({ kind: 'connecting', opened: 5, afresh: true });
  state = go(go(state, { kind: 'greeted', connection: 5 }), { kind: 'moved', connection: 5 });
  expect(state).toMatchObject({ kind: 'live', afresh: false });
  expect(go(live, over('retry'))).toMatchObject({ afresh: false });
});

test('K3 faults are tried from the cursor, then afresh, then no more', () => {
  let state: ConnectionState = go(IDLE, { kind: 'start' });
  const afresh: unknown[] = [];
  for (let fault = 1; fault < FAULTS_MOST; fault += 1) {
    state = go(state, { kind: 'over', connection: fault, problem: localProblem('malformed_stream') });
    afresh.push('afresh' in state && state.afresh);
    state = go(state, { kind: 'timer' }, NOW + 60_000);
  }
  expect(afresh).toEqual([1, 2, 3, 4].map((fault) => fault > FAULTS_FROM_CURSOR));
  expect(go(state, { kind: 'over', connection: FAULTS_MOST, problem: localProblem('malformed_stream') }).kind).toBe('stopped');
});

test('K8 silence is judged by age: at the deadline, also when the timer rings hours late, never before', () => {
  for (const kind of ['connecting', 'catching-up', 'live'] as const) {
    const state = go(STATES[kind], { kind: 'heard', connection: 3 });
    expect(deadlineOf(state)).toBe(NOW + SILENCE_MS);
    expect(go(state, { kind: 'timer' }, NOW + SILENCE_MS - 1)).toBe(state);
    expect(go(state, { kind: 'timer' }, NOW + SILENCE_MS)).toMatchObject({ kind: 'waiting', problem: { code: 'silent' } });
    expect(go(state, { kind: 'timer' }, NOW + 9_000_000)).toMatchObject({
      kind: 'waiting',
      problem: { detail: 'no byte for 9000 s' },
    });
  }
});

test('K44 bytes that come after the silence was too long do not undo it: they lay in the socket, as old as it', () => {
  for (const kind of ['connecting', 'catching-up', 'live'] as const) {
    const heard: ConnectionEvent = { kind: 'heard', connection: 3 };
    expect(go(STATES[kind], heard, NOW - 1 + SILENCE_MS - 1)).toMatchObject({ kind, heardAt: NOW - 1 + SILENCE_MS - 1 });
    expect(go(STATES[kind], heard, NOW - 1 + SILENCE_MS)).toMatchObject({ kind: 'waiting', problem: { code: 'silent' } });
  }
});

test('K45 a connection that shows that it lives, and leads nowhere, is given up after a minute', () => {
  for (const kind of ['connecting', 'catching-up', 'live'] as const) {
    let state: ConnectionState = go(STATES[kind], { kind: 'told', connection: 3 });
    for (let at = 0; at < STALLED_MS; at += 5000) {
      expect(deadlineOf(state)).toBeLessThanOrEqual(NOW + STALLED_MS);
      state = go(state, { kind: 'heard', connection: 3 }, NOW + at);
    }
    expect(go(state, { kind: 'timer' }, NOW + STALLED_MS - 1)).toBe(state);
    expect(go(state, { kind: 'timer' }, NOW + STALLED_MS)).toMatchObject({ kind: 'waiting', problem: { code: 'stalled' } });
    expect(go(go(state, { kind: 'told', connection: 3 }, NOW + 5000), { kind: 'timer' }, NOW + STALLED_MS).kind).toBe(kind);
  }
});

test('K46 another way to the server is taken at once, without a failure, from whatever is going on', () => {
  for (const kind of ['connecting', 'catching-up', 'live', 'waiting'] as const) {
    const next = go(STATES[kind], { kind: 'turn' });
    expect(next).toMatchObject({ kind: 'connecting', opened: 4, failures: 1, faults: 1, heardAt: NOW });
  }
});

test('K23 waking ends a wait that was a guess, and no wait that was asked for; what is silent for too long is given up', () => {
  for (const code of ['unreachable', 'closed', 'silent'] as const) {
    const waiting: ConnectionState = { kind: 'waiting', opened: 3, until: NOW + 9000, problem: localProblem(code), ...trouble };
    expect(go(waiting, { kind: 'wake' })).toMatchObject({ kind: 'connecting', opened: 4, failures: 1, heardAt: NOW });
  }
  const told: ConnectionState = {
    kind: 'waiting',
    opened: 3,
    until: NOW + 9000,
    problem: { code: 'database_unavailable', title: '', client: 'retry' },
    ...trouble,
  };
  expect(go(told, { kind: 'wake' })).toBe(told);
  expect(go(told, { kind: 'wake' }, NOW + 9000).kind).toBe('connecting');
  expect(go(STATES.live, { kind: 'wake' }, NOW + 60_000)).toMatchObject({ kind: 'waiting', problem: { code: 'silent' } });
});
