import pg from 'pg';
import { expect, test } from 'vitest';
import { settingsFile } from './cluster-settings.ts';
import { connectionUrl } from './connection-url.ts';

test.each([
  { host: '/run/elira-1', port: 5432, user: 'postgres', database: 'elira' },
  { host: "/run/o d,d's & %20", port: 6000, user: 'a b', database: 'x' },
  { host: '127.0.0.1', port: 6000, user: 'postgres', database: 'elira', password: 'p@s:/?' },
])('PG10 node-postgres reads from the URL what was put into it: %o', (connection) => {
  const { host, port, user, database, password } = new pg.Client(connectionUrl(connection));
  expect({ host, port, user, database, ...(connection.password !== undefined && { password }) }).toEqual(connection);
});

test('PG13 settings are quoted, and a socket folder with a comma is one folder', () => {
  const text = settingsFile({ socketFolder: "/t, 'm", port: 5432, tcp: false }, { work_mem: '5MB', shared_buffers: '1GB' });
  expect(text).toContain(`unix_socket_directories = '"/t, ''m"'\n`);
  expect(text).toContain("listen_addresses = ''\n");
  expect(text).toContain("shared_buffers = '1GB'\n");
  expect(text.match(/shared_buffers/g)).toHaveLength(1);
});
