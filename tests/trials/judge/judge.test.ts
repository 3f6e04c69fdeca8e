import { expect, test } from 'vitest';
import type { Entry } from '../history.ts';
import { judge } from './judge.ts';

/*
 * One client, one row that goes from team red (xid 10) to blue (11) to green (12) and is deleted (13). The judge must accept the honest
 * account of it, and find each lie.
 */
const HISTORY: Entry[] = [
  line(1, 10, { 'team:red/team': row('red', 1) }),
  line(2, 11, { 'team:blue/team': row('blue', 2) }),
  line(3, 12, { 'team:green/team': row('green', 3) }),
  line(4, 13, {}),
];
const END: Entry = {
  kind: 'end',
  happened: {},
  aborted: {},
  transactions: 0,
  committed: 0,
  bytesScanned: 0,
  logBytesScanned: 0,
};
const RUN: Entry = { kind: 'run', seed: 1, transactions: 0, faults: [], commit: '', required: [], undisturbed: false };

const hello = (resumed: string, scopes = ['team:red/team', 'team:blue/team'], epoch = 'one'): Entry =>
  message('hello', { protocol: 1, epoch, scopes, resumed, heartbeatSeconds: 1 });
const snapshotAt11 = message('batch', [{ scope: 'team:red/team', reset: true, put: { t: [['k', row('red', 1)]] } }], '11:11:');
const toBlue = [
  { scope: 'team:red/team', drop: { t: ['k'] } },
  { scope: 'team:blue/team', put: { t: [['k', row('blue', 2)]] } },
];

test('the honest account passes: red, then blue, then gone', () => {
  expect(
    rules(
      hello('snapshot'),
      snapshotAt11,
      message('batch', toBlue, '12:12:'),
      message('batch', [{ scope: 'team:blue/team', drop: { t: ['k'] } }], '14:14:'),
    ),
  ).toEqual([]);
});

test('the way through a scope between two transactions may be told', () => {
  const both = [
    { scope: 'team:red/team', drop: { t: ['k'] } },
    { scope: 'team:blue/team', drop: { t: ['k'] } },
  ];
  expect(rules(hello('snapshot'), snapshotAt11, message('batch', both, '14:14:'))).toEqual([]);
});

test('a leave that is not told is found', () => {
  expect(rules(hello('snapshot'), snapshotAt11, message('batch', [toBlue[1]], '12:12:'))).toContain('I2');
});

test('a leave that was not owed is found: the row was never there', () => {
  const wrong = [...toBlue, { scope: 'team:blue/team', drop: { t: ['other'] } }];
  expect(rules(hello('snapshot'), snapshotAt11, message('batch', wrong, '12:12:'))).toEqual(['leave not owed']);
});

test('a leave that lies before the cursor is found: it was told already', () => {
  const again = message('batch', [{ scope: 'team:red/team', drop: { t: ['k'] } }], '12:12:');
  expect(rules(hello('snapshot'), snapshotAt11, message('batch', toBlue, '12:12:'), again)).toEqual(['leave not owed']);
});

test("a state inside one transaction is nobody's to know", () => {
  const passing: Entry[] = [line(1, 10, {}), line(2, 11, { 'team:red/team': row('red', 1) }), line(3, 11, {})];
  const told = [message('batch', [], '11:11:'), message('batch', [{ scope: 'team:red/team', drop: { t: ['k'] } }], '12:12:')];
  expect(judged([RUN, hello('snapshot'), ...told, ...passing, END])).toEqual(['leave not owed']);
});

test('a cursor that goes back is found, one with other running transactions is not', () => {
  expect(rules(hello('snapshot'), snapshotAt11, message('heartbeat', { ageMs: 1 }, '10:11:10'))).toContain('I9');
  expect(rules(hello('snapshot'), snapshotAt11, message('heartbeat', { ageMs: 1 }, '11:20:11,12,13'))).toEqual([]);
});

test('a column too many is found, and so is one too few', () => {
  const changed = (body: object): Entry =>
    message('batch', [{ scope: 'team:red/team', reset: true, put: { t: [['k', body]] } }], '11:11:');
  expect(rules(hello('snapshot'), changed({ ...row('red', 1), secret: 'x' }))).toEqual(['I2']);
  expect(rules(hello('snapshot'), changed({ version: 1 }))).toEqual(['I2']);
});

test('a cursor that is rounded down may lie below the one before, and never goes back itself', () => {
  const rounded = (position: string): Entry => {
    const entry = message('heartbeat', { ageMs: 1 }, position);
    return entry.kind === 'message' && entry.at !== undefined ? { ...entry, at: { ...entry.at, rounded: true } } : entry;
  };
  expect(
    rules(hello('snapshot'), snapshotAt11, message('heartbeat', { ageMs: 1 }, '11:20:11,12,13'), rounded('11:11:')),
  ).toEqual([]);
  expect(rules(hello('snapshot'), snapshotAt11, rounded('10:10:'))).toContain('I9');
});

test('what a crash has taken back was there before it, and is nowhere after it', () => {
  const lost = { ord: 2, xid: '11', tbl: 't', key: 'k', views: { 'team:blue/team': row('blue', 2) } };
  const crash: Entry = { kind: 'crash', ord: 1, lost: [lost] };
  const again = hello('snapshot', undefined, 'two');
  const red = [{ scope: 'team:red/team', reset: true, put: { t: [['k', row('red', 1)]] } }];
  const told = [hello('snapshot'), snapshotAt11, message('batch', toBlue, '12:12:'), crash, again];
  // The id 11 has been handed out again, to somebody who did not touch the row.
  const after = message('batch', red, '13:13:');
  expect(judged([RUN, ...told, after, line(1, 10, { 'team:red/team': row('red', 1) }), END])).toEqual([]);
  const kept = message('batch', [{ scope: 'team:blue/team', reset: true, put: { t: [['k', row('blue', 2)]] } }], '13:13:');
  expect(judged([RUN, ...told, kept, line(1, 10, { 'team:red/team': row('red', 1) }), END])).toContain('I2');
  // From where it stands since, and not from where the lost transaction had moved it.
  const moved = line(2, 13, { 'team:green/team': row('green', 4) });
  const left = message('batch', [{ scope: 'team:red/team', drop: { t: ['k'] } }], '14:14:');
  expect(judged([RUN, ...told, after, left, line(1, 10, { 'team:red/team': row('red', 1) }), moved, END])).toEqual([]);
});

test('a crash without a new epoch is found, and a continuation across epochs', () => {
  const crash: Entry = { kind: 'crash', ord: 9 };
  expect(judged([RUN, hello('snapshot'), snapshotAt11, crash, ...HISTORY, END])).toEqual(['epoch']);
  expect(
    judged([RUN, hello('snapshot'), snapshotAt11, crash, hello('ring', ['team:red/team'], 'two'), ...HISTORY, END]),
  ).toEqual(['epoch']);
});

test('an id that comes again after a crash is another transaction', () => {
  const reused: Entry[] = [line(1, 10, { 'team:red/team': row('red', 1) }), line(40, 11, { 'team:red/team': row('red', 5) })];
  const before = message('batch', [{ scope: 'team:red/team', reset: true, put: { t: [['k', row('red', 1)]] } }], '20:20:');
  const after = message('batch', [{ scope: 'team:red/team', reset: true, put: { t: [['k', row('red', 5)]] } }], '12:12:');
  const crash: Entry = { kind: 'crash', ord: 30 };
  expect(
    judged([
      RUN,
      hello('snapshot', ['team:red/team']),
      before,
      crash,
      hello('snapshot', ['team:red/team'], 'two'),
      after,
      ...reused,
      END,
    ]),
  ).toEqual([]);
});

test('a store that differs from SELECT is found in both directions', () => {
  const oracle = [{ tbl: 't', key: 'k', scope: 'team:red/team', body: row('red', 1) }];
  const barrier = (rows: { tbl: string; key: string; body: unknown }[]): Entry => ({
    kind: 'barrier',
    number: 1,
    name: '',
    oracle,
    stores: [
      {
        client: 'ann',
        scopes: [
          { scope: 'team:red/team', rows },
          { scope: 'team:blue/team', rows: [] },
        ],
      },
    ],
  });
  const held = { tbl: 't', key: 'k', body: row('red', 1) };
  expect(rules(hello('snapshot'), snapshotAt11, barrier([held]))).toEqual([]);
  expect(rules(hello('snapshot'), snapshotAt11, barrier([]))).toEqual(['I1']);
  expect(rules(hello('snapshot'), snapshotAt11, barrier([held, { ...held, key: 'more' }]))).toEqual(['I1']);
});

test('a canary that none of the scopes shows is found, in bytes and in logs', () => {
  const token = 'zqs0123456789abcdefqz';
  const seen: Entry = { kind: 'canaries', client: 'ann', tokens: [token] };
  const shown = line(5, 14, { 'team:blue/team': { body: token } });
  expect(rules(hello('snapshot'), snapshotAt11, seen)).toEqual(['I4']);
  expect(judged([RUN, hello('snapshot'), snapshotAt11, seen, ...HISTORY, shown, END])).toEqual([]);
  expect(rules({ kind: 'log-canary', server: 'a', tokens: [token] })).toContain('I4');
});

test('a move that did not occur fails the trial, and so does a run that broke off', () => {
  expect(judged([{ ...RUN, required: ['MERGE'] }, hello('snapshot'), snapshotAt11, ...HISTORY, END])).toEqual(['trial']);
  expect(judged([RUN, hello('snapshot'), snapshotAt11])).toEqual(['trial']);
});

function rules(...entries: Entry[]): string[] {
  return judged([
    RUN,
    ...(entries.some(({ kind }) => kind === 'message') ? entries : [hello('snapshot'), snapshotAt11, ...entries]),
    ...HISTORY,
    END,
  ]);
}

function judged(entries: readonly Entry[]): string[] {
  return [...new Set(judge(entries).findings.map(({ rule }) => rule))];
}

function message(event: string, data: unknown, position?: string): Entry {
  return {
    kind: 'message',
    client: 'ann',
    event,
    bytes: 1,
    data,
    ...(position === undefined ? {} : { at: { position, rounded: false, start: '' } }),
  };
}

function line(ord: number, xid: number, views: Record<string, unknown>): Entry {
  return { kind: 'history', ord, xid: String(xid), tbl: 't', key: 'k', views };
}

function row(team: string, version: number): Record<string, unknown> {
  return { team, version };
}
