import { expect, test } from 'vitest';
import { whatToAnswer, type Answering } from './what-to-answer.ts';

const HERE = 'https://elira.example';
const FILES = new Set(['/favicon.svg', '/assets/a-1.js']);
const PICTURE = `/api/media/${'a'.repeat(64)}`;

test('W45 the worker answers for pages, files and pictures; whatever else is asked does not pass through it', () => {
  const CASES: readonly (readonly [method: string, mode: string, path: string, answering: Answering])[] = [
    ['GET', 'navigate', '/', 'page'],
    ['GET', 'navigate', '/courses/1/lessons/2?x=1.5', 'page'],
    ['GET', 'navigate', '/api/docs', undefined],
    ['GET', 'navigate', '/api', undefined],
    ['GET', 'navigate', PICTURE, undefined],
    ['GET', 'navigate', '/favicon.svg', undefined],
    ['POST', 'navigate', '/', undefined],
    ['GET', 'cors', '/assets/a-1.js', 'file'],
    ['GET', 'cors', '/assets/of-another-version.js', 'file'],
    ['GET', 'no-cors', '/favicon.svg', 'file'],
    ['GET', 'no-cors', '/sw.js', undefined],
    ['GET', 'no-cors', PICTURE, 'picture'],
    ['GET', 'cors', PICTURE, 'picture'],
    ['GET', 'no-cors', '/api/media/else', undefined],
    ['GET', 'cors', '/api/me', undefined],
    ['GET', 'cors', '/api/sync/stream', undefined],
    ['POST', 'cors', '/api/sync/mutations', undefined],
    ['POST', 'cors', '/api/auth/sign-in/email', undefined],
    ['GET', 'cors', '/api/auth/get-session', undefined],
    ['HEAD', 'cors', '/assets/a-1.js', undefined],
  ];
  for (const [method, mode, path, answering] of CASES)
    expect([method, mode, path, whatToAnswer({ method, mode, url: HERE + path }, HERE, FILES)]).toEqual([
      method,
      mode,
      path,
      answering,
    ]);
  expect(whatToAnswer({ method: 'GET', mode: 'cors', url: `https://else.example/assets/a-1.js` }, HERE, FILES)).toBe(undefined);
});
