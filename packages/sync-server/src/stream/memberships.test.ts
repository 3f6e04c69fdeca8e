import type pg from 'pg';
import { expect, test } from 'vitest';
import { noteRules, team } from '../../fixture/note-rules.ts';
import { makeMemberships } from './memberships.ts';

/** Answers for users by name; some of them PostgreSQL does not take, and then says nothing of the others either. */
function poolThatRefuses(refused: (user: string) => boolean, code: string): { pool: pg.Pool; asked: string[][] } {
  const asked: string[][] = [];
  const query = async ({ values: [users = []] }: { readonly values: readonly string[][] }): Promise<{ rows: unknown[] }> => {
    asked.push(users);
    await Promise.resolve();
    if (users.some(refused)) throw Object.assign(new Error('no'), { code });
    const head = ['5:5:', 'incarnation', null, null, null, null, null, null];
    return { rows: [head, ...users.map((user, n) => [null, null, user, '3', String(n), 'team', 'member', `of ${user}`])] };
  };
  return { pool: { query } as unknown as pg.Pool, asked };
}

const readAll = async (pool: pg.Pool, users: readonly string[]): Promise<unknown[]> => {
  const memberships = makeMemberships({ pool, rules: noteRules, scopesPerUser: 10, onRead: () => undefined });
  const read = users.map(async (user) => [...(await memberships.read(user)).granted.keys()]);
  return await Promise.all(read.map(async (one) => await one.catch((error: unknown) => (error as { code: string }).code)));
};

test('R10 of many who come together, a user whose memberships cannot be read is refused alone', async () => {
  const users = Array.from({ length: 9 }, (_, n) => (n === 5 ? 'evil' : `u${n}`));
  const { pool, asked } = poolThatRefuses((user) => user === 'evil', '22P02');
  expect(await readAll(pool, users)).toEqual(users.map((user) => (user === 'evil' ? 'internal' : [team(`of ${user}`)])));
  // All together, then in halves: few statements, not one for each.
  expect(asked.length).toBeLessThan(users.length);
});

test('R10 a database that does not answer is asked once, and everybody told so', async () => {
  const { pool, asked } = poolThatRefuses(() => true, '57P01');
  expect(await readAll(pool, ['a', 'b', 'c'])).toEqual([
    'database_unavailable',
    'database_unavailable',
    'database_unavailable',
  ]);
  expect(asked).toEqual([['a', 'b', 'c']]);
});
