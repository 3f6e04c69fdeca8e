import { afterEach, expect, test, vi } from 'vitest';
import { holdBackWrites, request } from './request.ts';

afterEach(() => {
  holdBackWrites(false);
  vi.unstubAllGlobals();
});

function answer(status: number, document?: object): ReturnType<typeof vi.fn<typeof fetch>> {
  const fake = vi.fn<typeof fetch>(
    async () => new Response(document === undefined ? null : JSON.stringify(document), { status }),
  );
  vi.stubGlobal('fetch', fake);
  return fake;
}

test('W11 every failure has words for people, and what a problem says of its own comes first', async () => {
  answer(404, {
    code: 'not_found',
    title: 'There is nothing at this address.',
    detail: 'Nobody here has this e-mail address.',
  });
  await expect(request('POST', '/x')).rejects.toMatchObject({
    code: 'not_found',
    message: 'Nobody here has this e-mail address.',
  });
  answer(401, { code: 'not_signed_in', detail: 'The token is not right.' });
  await expect(request('POST', '/x')).rejects.toThrow(/Sign in again/);
  answer(403, { code: 'join_code_wrong', title: 'Wrong.' });
  await expect(request('POST', '/x')).rejects.toThrow('That join code is not right.');
  answer(409, { code: 'version_conflict', theirs: { version: 3 } });
  await expect(request('PUT', '/x', {})).rejects.toMatchObject({
    code: 'version_conflict',
    document: { theirs: { version: 3 } },
  });
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
  await expect(request('POST', '/x')).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' });
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('failed to fetch');
  });
  await expect(request('POST', '/x')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});

test('W11 what is written carries JSON and cookies of this site alone; what is empty stays empty', async () => {
  const fake = answer(204);
  expect(await request('DELETE', '/x')).toBeUndefined();
  const [, init] = fake.mock.calls[0] ?? [];
  expect(init).toMatchObject({ method: 'DELETE', credentials: 'same-origin', headers: { 'content-type': 'application/json' } });
});

test('W10 while writes are held back nothing leaves but signing in and out', async () => {
  const fake = answer(200, {});
  holdBackWrites(true);
  await expect(request('PUT', '/api/admin/courses/1', {})).rejects.toMatchObject({ code: 'not_signed_in' });
  expect(fake).not.toHaveBeenCalled();
  await request('POST', '/api/auth/sign-in/email', {});
  await request('GET', '/api/me');
  expect(fake).toHaveBeenCalledTimes(2);
});
