import { expect, test } from 'vitest';
import { requireOwnOrigin } from './request-origin.ts';

const HOST = 'elira.test:3000';
const ask = (method: string, headers: Record<string, string>, hasSession = true): (() => void) => {
  return () => requireOwnOrigin({ method, headers, host: HOST, hasSession });
};

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('U8 a %s with a session says where it came from, and that is here', (method) => {
  for (const headers of [
    { 'sec-fetch-site': 'same-origin' },
    { origin: `http://${HOST}` },
    { origin: `https://${HOST}` },
    { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' },
  ]) {
    expect(ask(method, headers)).not.toThrow();
  }
  for (const headers of [
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
    { origin: 'http://elira.test' },
    { origin: 'http://elira.test:3001' },
    { origin: 'http://elira.test:3000.evil.test' },
    { origin: `http://${HOST}@evil.test` },
    { origin: 'http://evil.test', 'sec-fetch-site': 'same-origin' },
    { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' },
    { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ]) {
    expect(ask(method, headers), JSON.stringify(headers)).toThrow(expect.objectContaining({ code: 'cross_site' }));
  }
});

test('U8 without a session, a program may write without saying where from, and a page elsewhere may not', () => {
  expect(ask('POST', {}, false)).not.toThrow();
  expect(ask('POST', { origin: 'http://evil.test' }, false)).toThrow();
  expect(ask('POST', { 'sec-fetch-site': 'cross-site' }, false)).toThrow();
});

test('U8 a read from another page is refused, a link is not', () => {
  expect(ask('GET', {})).not.toThrow();
  expect(ask('GET', { 'sec-fetch-site': 'none' })).not.toThrow();
  expect(ask('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).not.toThrow();
  expect(ask('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).toThrow();
  expect(ask('GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })).toThrow();
  expect(ask('GET', { origin: 'http://evil.test' })).toThrow();
});
