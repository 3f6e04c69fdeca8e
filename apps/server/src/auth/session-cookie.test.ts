import { expect, test } from 'vitest';
import { readSessionToken, sessionCookieName, signedToken } from './session-cookie.ts';

const SECRET = 'a secret of these tests, long enough';
const NAME = sessionCookieName(false);
const read = (header: string | undefined): unknown => readSessionToken(header, NAME, SECRET);

test('U1 what was signed is read, among other cookies', () => {
  const cookie = `${NAME}=${signedToken('the.token', SECRET)}`;
  expect(read(cookie)).toEqual({ token: 'the.token' });
  expect(read(`a=b; ${cookie};c=d`)).toEqual({ token: 'the.token' });
  // The first of a name counts, as for the sign-in library.
  expect(read(`${cookie}; ${NAME}=x`)).toEqual({ token: 'the.token' });
  expect(read(`${NAME}=x; ${cookie}`)).toBe('forged');
});

test('U1 no cookie is no session, and one that was not signed here is forged', () => {
  for (const none of [undefined, '', 'a=b', `${NAME}=`, `x${NAME}=y`, NAME]) expect(read(none), String(none)).toBe(undefined);
  const other = signedToken('the.token', `${SECRET}!`);
  for (const value of ['x', '.', 'x.', '.x', '%', '%E0%A4%A', other, 'x'.repeat(20_000)])
    expect(read(`${NAME}=${value}`), value).toBe('forged');
});

test('U1 over TLS alone, the cookie has another name', () => {
  expect(sessionCookieName(true)).toBe('__Secure-elira.session_token');
});
