import { expect, test } from 'vitest';
import { judgePostmasterPid, parsePostmasterPid } from './postmaster-pid.ts';
import type { ProcessFacts } from './process-table.ts';
import { parseProcStat } from './process-table.ts';

const text = '4711\n/data/pg\n1763800000\n5432\n/run/elira-abc\n\n  1234567   3\nready   \n';
const facts: ProcessFacts = {
  pid: 4711,
  zombie: false,
  startedAt: '99',
  command: '/x/postgres -D /data/pg',
  folder: '/data/pg',
};
const file = parsePostmasterPid(text);

test('PG7 postmaster.pid is read line by line, also while it is being written', () => {
  expect(file).toEqual({
    pid: 4711,
    startedAt: 1763800000,
    port: 5432,
    socketFolder: '/run/elira-abc',
    listenAddress: undefined,
    status: 'ready',
  });
  expect(parsePostmasterPid('4711\n/data/pg\n')).toMatchObject({
    pid: 4711,
    port: undefined,
    socketFolder: undefined,
    status: 'starting',
  });
  expect(parsePostmasterPid(text.replace('ready   ', 'stopping'))).toMatchObject({ status: 'stopping' });
  expect(parsePostmasterPid('-4711\n')).toMatchObject({ pid: 4711 });
  for (const nonsense of ['', '\n', 'x', '0\n', '1.5\n']) expect(parsePostmasterPid(nonsense)).toBeUndefined();
});

test('PG8 what a postmaster.pid stands for', () => {
  const judge = (found: ProcessFacts | undefined): string => judgePostmasterPid(file, found, '/data/pg');
  expect(judge(facts)).toBe('running');
  expect(judge(undefined)).toBe('dead');
  expect(judge({ ...facts, zombie: true })).toBe('stale');
  expect(judge({ ...facts, folder: '/data/another' })).toBe('stale');
  expect(judge({ ...facts, folder: undefined })).toBe('running');
  expect(judge({ ...facts, folder: undefined, command: 'vim postmaster' })).toBe('stale');
  expect(judgePostmasterPid(undefined, undefined, '/data/pg')).toBe('stale');
});

test('PG8 a process name may hold spaces and parentheses', () => {
  const after = `S 1 ${Array.from({ length: 17 }, (_, n) => n).join(' ')} 123456 0`;
  expect(parseProcStat(`42 (a) b (c) ${after}`)).toEqual({ zombie: false, startedAt: '123456' });
  expect(parseProcStat(`42 (x) ${after.replace('S', 'Z')}`)).toMatchObject({ zombie: true });
  expect(parseProcStat('')).toBeUndefined();
});
