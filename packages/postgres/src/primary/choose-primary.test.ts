import { expect, test } from 'vitest';
import { choosePrimary, type Chosen, type HostAnswer } from './choose-primary.ts';
import { readHostList } from './host-list.ts';

const primary = (host: number, timeline = '00000001', system = 's'): HostAnswer => ({ host, writable: true, timeline, system });
const standby = (host: number): HostAnswer => ({ host, writable: false, timeline: '', system: 's' });
const known = (host: number, timeline = '00000001', system = 's'): Chosen => ({ host, timeline, system });

test('PG60 the primary is the writable host of the newest timeline', () => {
  expect(choosePrimary([standby(0), primary(1)], undefined)).toEqual({ kind: 'primary', chosen: known(1), moved: false });
  expect(choosePrimary([primary(0), primary(1, '00000002')], undefined)).toMatchObject({ chosen: { host: 1 } });
  expect(choosePrimary([primary(0, '0000000F'), primary(1, '00000010')], undefined)).toMatchObject({ chosen: { host: 1 } });
  expect(choosePrimary([primary(0), primary(1)], known(1))).toEqual({ kind: 'primary', chosen: known(1), moved: false });
  expect(choosePrimary([standby(0)], known(1))).toEqual({ kind: 'none' });
  expect(choosePrimary([], undefined)).toEqual({ kind: 'none' });
});

test('PG61 after a promotion the old primary counts for nothing, also when it is the only one that answers', () => {
  expect(choosePrimary([primary(0), primary(1, '00000002')], known(0))).toEqual({
    kind: 'primary',
    chosen: known(1, '00000002'),
    moved: true,
  });
  expect(choosePrimary([primary(0)], known(1, '00000002'))).toEqual({ kind: 'left-behind', known: known(1, '00000002') });
  // Behind one address: the same host, another server.
  expect(choosePrimary([primary(0, '00000002')], known(0))).toMatchObject({ kind: 'primary', moved: true });
});

test('PG61 a restored installation of another name is taken where the known one is gone', () => {
  expect(choosePrimary([primary(0, '00000001', 'other')], known(0, '00000003'))).toMatchObject({
    kind: 'primary',
    moved: true,
  });
  expect(choosePrimary([primary(0, '00000009', 'other'), primary(1)], known(1))).toMatchObject({
    chosen: { host: 1 },
    moved: false,
  });
});

test('PG60 a URL names several hosts as libpq has it, and each has a URL of its own', () => {
  const list = readHostList('postgresql://me:p%40ss@one,two:5433,[::1]:6000/elira?sslmode=disable');
  expect(list?.hosts).toEqual([
    { host: 'one', port: 5432 },
    { host: 'two', port: 5433 },
    { host: '::1', port: 6000 },
  ]);
  expect(list?.hosts.map(list.urlOf)).toEqual([
    'postgresql://me:p%40ss@one:5432/elira?sslmode=disable',
    'postgresql://me:p%40ss@two:5433/elira?sslmode=disable',
    'postgresql://me:p%40ss@[::1]:6000/elira?sslmode=disable',
  ]);
  for (const url of ['postgresql:///elira', 'postgresql://one,/elira', 'postgresql://one:x/elira', 'http://one/elira'])
    expect(readHostList(url), url).toBeUndefined();
});
