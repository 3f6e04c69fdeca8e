import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('an empty environment gives the embedded database on this machine alone', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual({
    production: false,
    port: 3000,
    host: '127.0.0.1',
    dataFolder: resolve('.elira'),
    databaseUrl: undefined,
    operatorToken: undefined,
    authSecret: undefined,
    trustedProxies: [],
    logLevel: 'warn',
  });
});

test('what is set is taken', () => {
  const token = 'a'.repeat(32);
  const databaseUrl = 'postgresql://elira:p%40ss@db.example:5432/elira?sslmode=require';
  const config = readConfig({
    PORT: '8080',
    HOST: '::',
    NODE_ENV: 'production',
    ELIRA_DATA: '/srv/elira data',
    DATABASE_URL: databaseUrl,
    ELIRA_OPERATOR_TOKEN: token,
    ELIRA_AUTH_SECRET: `${token}b`,
    ELIRA_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8',
  });
  expect(config).toEqual({
    production: true,
    port: 8080,
    host: '::',
    dataFolder: '/srv/elira data',
    databaseUrl,
    operatorToken: token,
    authSecret: `${token}b`,
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    logLevel: 'info',
  });
});

test.each([
  ['PORT', '70000'],
  ['PORT', '80a'],
  ['PORT', '-1'],
  ['HOST', 'http://x'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'loud'],
  ['ELIRA_OPERATOR_TOKEN', 'short-secret'],
  ['ELIRA_AUTH_SECRET', 'short-secret'],
  ['ELIRA_TRUSTED_PROXIES', 'proxy.example'],
  ['ELIRA_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['ELIRA_TRUSTED_PROXIES', '127.0.0.1,'],
  ['DATABASE_URL', 'mysql://u:secret@h/db'],
  ['DATABASE_URL', 'postgresql://u:secret@a:5432,:5432/db'],
  ['DATABASE_URL', 'postgresql://u:secret@a/db?options=-c%20role%3Dpostgres'],
  ['DATABASE_URL', 'postgresql://u:secret@a:5432'],
])('%s=%s is refused by name, and no secret is repeated', (name, value) => {
  const refusal = (): unknown => readConfig({ [name]: value });
  expect(refusal).toThrow(ConfigError);
  expect(refusal).toThrow(new RegExp(`^${name} `));
  expect(refusal).not.toThrow(/secret/);
});

test('every wrong variable is told at once', () => {
  expect(() => readConfig({ PORT: 'x', NODE_ENV: 'y' })).toThrow(/NODE_ENV[^]*PORT/);
});

test('several hosts may be named in DATABASE_URL', () => {
  const databaseUrl = 'postgresql://elira:pass@one:5432,two/elira?sslmode=disable';
  expect(readConfig({ DATABASE_URL: databaseUrl }).databaseUrl).toBe(databaseUrl);
});

test('a socket folder may be named in DATABASE_URL', () => {
  const databaseUrl = 'postgresql://postgres@/elira?host=/run/postgresql&port=5432';
  expect(readConfig({ DATABASE_URL: databaseUrl }).databaseUrl).toBe(databaseUrl);
});
