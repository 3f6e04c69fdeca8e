import { PROBLEMS, problemDocument, type ProblemCode } from '@elira/protocol';
import { expect, test } from 'vitest';
import { backoffMs, RETRY_AFTER_MOST_MS, retryAfterMs } from './backoff.ts';
import { answeredProblem } from './client-problem.ts';
import { createClock } from './clock.ts';
import { streamUrl } from './stream-url.ts';

test('K6 every code of the wire has the word that the protocol gives it', () => {
  for (const [code, { status, client, title }] of Object.entries(PROBLEMS)) {
    expect(answeredProblem(status, problemDocument(code as ProblemCode, 'why'))).toEqual({
      code,
      title,
      client,
      status,
      detail: 'why',
    });
  }
});

test('K6 unknown codes and bare statuses: 4xx stops, what may pass by itself is tried again', () => {
  const word = (status: number, document?: unknown): string => answeredProblem(status, document).client;
  expect([400, 401, 403, 410, 414, 431].map((status) => word(status))).toEqual(Array.from({ length: 6 }, () => 'stop'));
  expect([200, 204, 304, 404, 408, 425, 429, 500, 502, 503].map((status) => word(status))).toEqual(
    Array.from({ length: 10 }, () => 'retry'),
  );
  expect(answeredProblem(418, { code: 'of_a_newer_server', title: 'New.' })).toMatchObject({
    code: 'of_a_newer_server',
    title: 'New.',
    client: 'stop',
  });
  expect(answeredProblem(503, { code: 'of_a_newer_server' })).toMatchObject({ client: 'retry' });
});

test('K17 a document that names no code of its own names none of the language', () => {
  for (const document of [
    null,
    7,
    'x',
    [],
    { code: 7 },
    { code: 'constructor' },
    JSON.parse('{"__proto__":{"code":"forbidden_scope"}}'),
  ]) {
    expect(answeredProblem(502, document).client).toBe('retry');
  }
});

test('K7 Retry-After in seconds or as a date of the server, never by this clock', () => {
  const date = 'Sat, 22 Nov 2025 10:00:00 GMT';
  expect(retryAfterMs('7', null)).toBe(7000);
  expect(retryAfterMs('Sat, 22 Nov 2025 10:00:30 GMT', date)).toBe(30_000);
  expect(retryAfterMs('Sat, 22 Nov 2025 09:00:00 GMT', date)).toBe(0);
  for (const [text, at] of [
    ['soon', date],
    ['-1', date],
    ['Sat, 22 Nov 2025 10:00:30 GMT', null],
    [null, date],
  ] as const) {
    expect(retryAfterMs(text, at)).toBeUndefined();
  }
});

test('K7 the time asked for is waited out, spread, and bounded', () => {
  expect(backoffMs(0, 0, 5000)).toBe(5000);
  expect(backoffMs(0, 0.5, 5000)).toBe(5500);
  // Not the longer wait of its own: who names a time lives.
  expect(backoffMs(20, 0.9, 3000)).toBe(3900);
  expect(backoffMs(20, 0.9, 0)).toBe(4525);
  expect(backoffMs(0, 0, 86_400_000)).toBe(RETRY_AFTER_MOST_MS);
});

test('K8 the clock never goes back, and moves on when either clock does', () => {
  let [monotonic, wall] = [0, 1e12];
  const clock = createClock(
    () => monotonic,
    () => wall,
  );
  const after = (byMonotonic: number, byWall: number): number => {
    [monotonic, wall] = [monotonic + byMonotonic, wall + byWall];
    return clock();
  };
  expect(after(5, 5)).toBe(5);
  expect(after(5, -86_400_000)).toBe(10);
  expect(after(0, 60_000)).toBe(60_010);
});

test('K4 the address keeps what it had', () => {
  expect(streamUrl('/s', {})).toBe('/s');
  expect(streamUrl('/s?a=1', { scopes: ['x:1/learner'], cursor: 'a+b' })).toBe('/s?a=1&scope=x%3A1%2Flearner&cursor=a%2Bb');
});
