import { expect, test } from 'vitest';
import type { Entry } from '../history.ts';
import { judge } from './judge.ts';

/*
 * A person (xid 10) who has a session (11), is enrolled (12) in a course with a lesson (13), leaves (14), and enrols again (15). The judge
 * must accept the honest account of it, and find each lie.
 */
const CONTENT = 'content:c/learner';
const ME = 'me:p/owner';
const person = (role: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  [ME]: { id: 'p' },
  'identity:p': { role, banned: false },
  'holds:p': { person: true, scopes: [ME] },
  ...more,
});
const enrolled = { 'holds:p': { scopes: [CONTENT] } };
const HISTORY: Entry[] = [
  line(1, 10, 'users', 'p', person('learner')),
  line(2, 11, 'sessions', 's', { 'session:s': {} }),
  line(3, 12, 'enrollments', 'e', enrolled),
  line(4, 13, 'published_lessons', 'l', { [CONTENT]: { title: 'zqb0123456789abcdefqz' } }),
  line(5, 14, 'enrollments', 'e', {}),
  line(6, 15, 'enrollments', 'f', enrolled),
];
const RUN: Entry = {
  kind: 'run',
  seed: 1,
  transactions: 0,
  faults: [],
  commit: '',
  required: [],
  undisturbed: false,
  people: { pat: 'p' },
};
const END: Entry = {
  kind: 'end',
  happened: {},
  aborted: {},
  transactions: 0,
  committed: 0,
  bytesScanned: 0,
  logBytesScanned: 0,
};
const asked = (session = 's'): Entry => ({ kind: 'asked', client: 'pat', session });
const hello = (resumed: string, ...scopes: string[]): Entry =>
  message('hello', { protocol: 1, epoch: 'one', scopes, resumed, heartbeatSeconds: 1 });
const heartbeat = (position: string): Entry => message('heartbeat', { ageMs: 1 }, position);
const withdraw = (...scopes: string[]): Entry => message('withdraw', { scopes });
const me = { scope: ME, reset: true, put: { users: [['p', { id: 'p' }]] } };
const lesson = { published_lessons: [['l', { title: 'zqb0123456789abcdefqz' }]] };
const content = { scope: CONTENT, reset: true, put: lesson };
const BEGUN = [asked(), hello('snapshot', ME, CONTENT), message('batch', [me, content], '14:14:')];

test('the honest account passes: held, withdrawn, and anew', () => {
  expect(
    rules(...BEGUN, withdraw(CONTENT), heartbeat('15:15:'), message('batch', [content], '16:16:'), heartbeat('16:16:')),
  ).toEqual([]);
  expect(rules(...BEGUN, withdraw(CONTENT), message('batch', [content], '16:16:'))).toEqual([]);
});

test('a scope that is lost and not withdrawn is found with the next message', () => {
  expect(rules(...BEGUN, heartbeat('15:15:'))).toContain('I5 held');
});

test('a scope that nothing opens is found, also in a hello that no rows follow', () => {
  const other = 'content:other/learner';
  expect(rules(asked(), hello('snapshot', ME, other))).toEqual(['I5 held']);
  expect(rules(asked(), hello('snapshot', ME, CONTENT, other), message('batch', [me, content], '14:14:'))).toContain('I5 held');
});

test('a scope that rows open and nobody brings is found; one that was lost since is not missed', () => {
  expect(rules(asked(), hello('snapshot', ME), message('batch', [me], '16:16:'))).toEqual(['I5 missing']);
  expect(rules(asked(), hello('snapshot', ME), message('batch', [me], '14:14:'))).toEqual([]);
});

test('an interrupted membership without a reset is found', () => {
  expect(rules(...BEGUN, heartbeat('16:16:'))).toEqual(['I5 interrupted']);
  expect(rules(...BEGUN, asked(), hello('ring', ME, CONTENT), heartbeat('16:16:'))).toEqual(['I5 interrupted']);
});

test('what a withdrawal overtook does not count', () => {
  const overtaken = message('part', [{ scope: CONTENT, put: { published_lessons: [['x', { title: 'none' }]] } }]);
  expect(rules(...BEGUN, overtaken, withdraw(CONTENT), message('batch', [], '15:15:'))).toEqual([]);
  const greeted = [asked(), hello('snapshot', ME, CONTENT), withdraw(CONTENT), message('batch', [me], '15:15:')];
  expect(rules(...greeted)).toEqual([]);
});

test('a stream that outlives its session is found', () => {
  const over = line(7, 16, 'sessions', 's', {});
  expect(judged([RUN, ...BEGUN, withdraw(CONTENT), heartbeat('15:15:'), ...HISTORY, over, END])).toEqual([]);
  const later = [withdraw(CONTENT), message('batch', [content], '16:16:'), heartbeat('17:17:')];
  expect(judged([RUN, ...BEGUN, ...later, ...HISTORY, over, END])).toEqual(['I5 rests']);
  expect(rules(asked('another'), ...BEGUN.slice(1))).toEqual(['I5 rests']);
});

test('a stream that outlives the role of its user is found, a new one may begin', () => {
  const other = line(7, 16, 'users', 'p', person('instructor'));
  const back = line(8, 17, 'users', 'p', person('learner'));
  const on = [withdraw(CONTENT), message('batch', [content], '16:16:'), heartbeat('17:17:')];
  expect(judged([RUN, ...BEGUN, ...on, ...HISTORY, other, END])).toEqual(['I5 rests']);
  const twice = [...on.slice(0, 2), heartbeat('18:18:')];
  expect(judged([RUN, ...BEGUN, ...twice, ...HISTORY, other, back, END])).toEqual(['I5 rests']);
  const anew = [withdraw(CONTENT, ME), asked(), hello('snapshot', ME, CONTENT), message('batch', [me, content], '17:17:')];
  expect(judged([RUN, ...BEGUN, ...anew, ...HISTORY, other, END])).toEqual([]);
});

test('who is banned holds nothing, whatever they are enrolled in', () => {
  const banned = line(7, 16, 'users', 'p', { [ME]: { id: 'p' }, 'identity:p': { role: 'learner', banned: true } });
  const on = [withdraw(CONTENT), message('batch', [content], '16:16:'), heartbeat('17:17:')];
  expect(judged([RUN, ...BEGUN, ...on, ...HISTORY, banned, END])).toEqual(['I5 held', 'I5 interrupted', 'I5 rests']);
});

test('who was signed out has nothing, and begins without a cursor', () => {
  const signedOut: Entry = { kind: 'signed-out', client: 'pat' };
  const refused: Entry = { kind: 'problem', client: 'pat', code: 'not_signed_in', word: 'stop' };
  const again = [asked(), hello('snapshot', ME, CONTENT), message('batch', [me, content], '14:14:')];
  expect(rules(...BEGUN, refused, signedOut, ...again)).toEqual([]);
  expect(rules(...BEGUN, { ...refused, client: 'ann' })).toEqual(['protocol']);
});

test('a store is held to the rows that open scopes, and to row-level security, both ways', () => {
  const oracle = [
    { tbl: 'users', key: 'p', scope: 'holds:p', body: { person: true, scopes: [ME] } },
    { tbl: 'users', key: 'p', scope: ME, body: { id: 'p' } },
  ];
  const barrier = (scopes: Extract<Entry, { kind: 'barrier' }>['stores'][number]['scopes'], keys: string[]): Entry => ({
    kind: 'barrier',
    number: 1,
    name: '',
    oracle,
    stores: [{ client: 'pat', scopes }],
    visible: [{ client: 'pat', keys: { users: keys } }],
  });
  const begun = [asked(), hello('snapshot', ME), message('batch', [me], '12:12:')];
  const mine = { scope: ME, rows: [{ tbl: 'users', key: 'p', body: { id: 'p' } }] };
  expect(rules(...begun, barrier([mine], ['p']))).toEqual([]);
  expect(rules(...begun, barrier([mine, { scope: CONTENT, rows: [] }], ['p']))).toEqual(['I1']);
  expect(rules(...begun, barrier([], ['p']))).toEqual(['I1']);
  expect(rules(...begun, barrier([mine], []))).toEqual(['I1']);
  expect(rules(...begun, barrier([mine], ['p', 'q']))).toEqual(['I1']);
});

test('a canary that was shown only while its reader held nothing is a leak; one that a store shows must have come', () => {
  const token = 'zqb0123456789abcdefqz';
  const seen = (found: string): Entry => ({ kind: 'canaries', client: 'pat', tokens: [found] });
  expect(rules(...BEGUN, seen(token))).toEqual([]);
  expect(rules(...BEGUN, seen('zqsffffffffffffffffqz'))).toEqual(['I4']);
  const meanwhile = 'zqb1111111111111111qz';
  const between = [
    line(11, 20, 'published_lessons', 'm', { [CONTENT]: { title: meanwhile } }, '20:20:'),
    line(12, 21, 'published_lessons', 'm', {}, '21:21:'),
    line(13, 22, 'enrollments', 'g', enrolled, '22:22:'),
  ];
  const left = [...HISTORY.slice(0, 5), ...between];
  expect(judged([RUN, ...BEGUN, withdraw(CONTENT), heartbeat('15:15:'), seen(meanwhile), ...left, END])).toEqual(['I4']);
});

function rules(...entries: Entry[]): string[] {
  return judged([RUN, ...entries, ...HISTORY, END]);
}

function judged(entries: readonly Entry[]): string[] {
  return [...new Set(judge(entries).findings.map(({ rule }) => rule))].toSorted();
}

function message(event: string, data: unknown, position?: string): Entry {
  return {
    kind: 'message',
    client: 'pat',
    event,
    bytes: 1,
    data,
    ...(position === undefined ? {} : { at: { position, rounded: false, start: '' } }),
  };
}

function line(ord: number, xid: number, tbl: string, key: string, views: Record<string, unknown>, seen?: string): Entry {
  return { kind: 'history', ord, xid: String(xid), tbl, key, views, seen: seen ?? `${xid}:${xid}:` };
}
