import { expect, test } from 'vitest';
import { decideRunAs, namedUid, parsePasswd } from './run-as.ts';
import type { Circumstances } from './run-as.ts';

const passwd = parsePasswd(
  'root:x:0:0:root:/:/bin/sh\ndaemon:x:1:1::/:/bin/false\n# comment\n\nme:x:1000:1000:Me:/:/bin/sh\npg:x:999:998::/:/bin/false\n',
);
const user = { name: 'pg', uid: 999, gid: 998 };
const root: Circumstances = { uid: 0, clusterOwner: undefined, user, userReachesFolder: true, namespaces: true, passwd };

test('PG4 the list of users is read as it is', () => {
  expect(passwd.map(({ name }) => name)).toEqual(['root', 'daemon', 'me', 'pg']);
  expect(namedUid(passwd)).toBe(1000);
  expect(namedUid(passwd.slice(0, 2))).toBe(1);
  expect(namedUid([])).toBe(1000);
});

test.each<[string, Partial<Circumstances>, unknown]>([
  ['an ordinary user runs it himself', { uid: 1000 }, { runAs: { kind: 'self' }, relocate: false }],
  ['root steps down to the system user', {}, { runAs: { kind: 'user', ...user }, relocate: false }],
  [
    'root takes the owner of an existing cluster',
    { clusterOwner: 1000 },
    { runAs: { kind: 'user', name: 'me', uid: 1000, gid: 1000 }, relocate: false },
  ],
  [
    'an owner without a name will do',
    { clusterOwner: 7777 },
    { runAs: { kind: 'user', name: '7777', uid: 7777, gid: 7777 }, relocate: false },
  ],
  [
    "a cluster of root's was made in a namespace",
    { clusterOwner: 0 },
    { runAs: { kind: 'namespace', shownUid: 1000 }, relocate: false },
  ],
  [
    'a folder that the user cannot reach: a namespace',
    { userReachesFolder: false },
    { runAs: { kind: 'namespace', shownUid: 1000 }, relocate: false },
  ],
  [
    'without namespaces: elsewhere',
    { userReachesFolder: false, namespaces: false },
    { runAs: { kind: 'user', ...user }, relocate: true },
  ],
  [
    'no user to be had: a namespace',
    { user: undefined, userReachesFolder: false },
    { runAs: { kind: 'namespace', shownUid: 1000 }, relocate: false },
  ],
])('PG4 %s', (_what, circumstances, decision) => {
  expect(decideRunAs({ ...root, ...circumstances })).toEqual(decision);
});

test('PG4 where nothing is possible, it says so', () => {
  expect(() => decideRunAs({ ...root, user: undefined, userReachesFolder: false, namespaces: false })).toThrow(
    /refuses to run as root[^]*ordinary user, or set DATABASE_URL/,
  );
  expect(() => decideRunAs({ ...root, uid: 1000, clusterOwner: 0 })).toThrow(/belongs to another user \(uid 0, this is 1000\)/);
});
