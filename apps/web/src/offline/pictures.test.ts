import { expect, test } from 'vitest';
import { FakeCaches } from './fixture/fake-caches.ts';
import { ownPictures, PICTURE_BYTES, PICTURES_MOST, servePicture } from './pictures.ts';

const alone = (_: string, work: () => Promise<void>): Promise<void> => work();
const path = (number: number): string => `/api/media/${String(number).padStart(64, '0')}`;
const picture = (number: number): Request => new Request(`https://elira.example${path(number)}`);
const says =
  (status: number, body = 'bytes') =>
  async (): Promise<Response> =>
    new Response(body, { status, headers: { 'content-type': 'image/png', 'set-cookie': 'no' } });
const gone = (): Promise<Response> => Promise.reject(new TypeError('no network'));

async function shown(fake: FakeCaches, number: number, fetch: typeof globalThis.fetch): Promise<Response> {
  const works: Promise<void>[] = [];
  const answer = await servePicture(picture(number), {
    caches: fake.storage,
    alone,
    fetch,
    later: (work) => void works.push(work),
  });
  await Promise.all(works);
  return answer;
}

test('W45 a picture that was seen is there without a network, for the person who saw it', async () => {
  const fake = new FakeCaches();
  await ownPictures('ann', { caches: fake.storage, alone });
  await shown(fake, 1, says(200));
  const kept = await shown(fake, 1, gone);
  expect([await kept.text(), kept.headers.get('content-type')]).toEqual(['bytes', 'image/png']);
  expect(await (await shown(fake, 1, says(503))).text()).toBe('bytes');
  await expect(shown(fake, 2, gone)).rejects.toThrow('no network');
  // Who may not see it any more is told so, whatever is kept.
  expect((await shown(fake, 1, says(404))).status).toBe(404);
});

test('W43 W45 pictures are kept for the person who is there, and for nobody else', async () => {
  const fake = new FakeCaches();
  await shown(fake, 1, says(200));
  expect([...fake.all.keys()]).toEqual([]);
  await ownPictures('ann', { caches: fake.storage, alone });
  await shown(fake, 1, says(200));
  await ownPictures('ann', { caches: fake.storage, alone });
  expect(fake.paths('elira-pictures-ann')).toEqual([path(1)]);
  await ownPictures('ben', { caches: fake.storage, alone });
  expect([...fake.all.keys()]).toEqual(['elira-pictures-ben']);
  await ownPictures(undefined, { caches: fake.storage, alone });
  await shown(fake, 1, says(200));
  expect([...fake.all.keys()]).toEqual([]);
});

test('W45 at most 300 pictures of at most 4 MiB: the first that came makes room', async () => {
  const fake = new FakeCaches();
  await ownPictures('ann', { caches: fake.storage, alone });
  await shown(fake, 0, says(200, 'x'.repeat(PICTURE_BYTES + 1)));
  expect(fake.paths('elira-pictures-ann')).toEqual([]);
  for (let number = 1; number <= PICTURES_MOST + 2; number += 1) await shown(fake, number, says(200));
  const paths = fake.paths('elira-pictures-ann');
  expect([paths.length, paths[0], paths.at(-1)]).toEqual([PICTURES_MOST, path(3), path(PICTURES_MOST + 2)]);
  await shown(fake, 400, says(200, 'x'.repeat(PICTURE_BYTES)));
  expect(fake.paths('elira-pictures-ann')).toContain(path(400));
});
