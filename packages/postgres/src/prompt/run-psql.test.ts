import { expect, test } from 'vitest';
import { withoutPassword } from './run-psql.ts';

test.each([
  ['postgresql://me:s%40cret@host:5432/db?sslmode=require', 'postgresql://me@host:5432/db?sslmode=require', 's@cret'],
  ['postgresql://me@/db?host=/run/a', 'postgresql://me@/db?host=/run/a', undefined],
  ['postgresql://host:5432/db', 'postgresql://host:5432/db', undefined],
  ['postgres://a:b@h1:1,h2:2/db', 'postgres://a@h1:1,h2:2/db', 'b'],
])('PG33 the password of %s is not shown to other users', (url, shown, password) => {
  expect(withoutPassword(url)).toEqual({ shown, password });
});
