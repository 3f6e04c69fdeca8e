import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeWorld, stateOf, type World } from '../../fixture/course-world.ts';
import { runningServer, signedIn, type Answer, type Browser, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let owner: Browser;
let coAuthor: Browser;
let people: { owner: string; coAuthor: string; learner: string };
let world: World;

beforeAll(async () => {
  server = await runningServer('merging');
  [owner, coAuthor] = [await signedIn(server.url, 'instructor'), await signedIn(server.url, 'learner2')];
  const learner = await signedIn(server.url, 'learner');
  const id = async (browser: Browser): Promise<string> => String((await browser.ask('GET', '/api/me')).body['id']);
  people = { owner: await id(owner), coAuthor: await id(coAuthor), learner: await id(learner) };
});
beforeEach(async () => {
  world = await makeWorld(server.sql, people);
});
afterAll(() => server.remove());

const lesson = (): string => `/api/admin/lessons/${world['lesson'] ?? ''}`;
const course = (): string => `/api/admin/courses/${world['course'] ?? ''}`;
const save = (browser: Browser, path: string, body: object): Promise<Answer> => browser.ask('PUT', path, body);
const TEXT = '# Soil\n\nWet soil conducts.\n\nThe end.\n';

/** The lesson with a text of several paragraphs; its version is returned. */
async function withText(): Promise<number> {
  return Number((await save(owner, lesson(), { version: 2, content: TEXT })).body['version']);
}

test('D2 two who change different fields at once both have their way, unasked', async () => {
  const first = await save(owner, lesson(), { version: 2, title: 'By the owner' });
  const second = await save(coAuthor, lesson(), { version: 2, content: 'By the other', status: 'draft' });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body).toMatchObject({ version: 4, title: 'By the owner', content: 'By the other', status: 'draft' });
  const title = await save(owner, course(), { version: 2, title: 'Mine' });
  const described = await save(coAuthor, course(), { version: 2, description: 'Theirs', joinCode: 'sesame' });
  expect(title.status).toBe(200);
  expect(described.body).toMatchObject({ version: 4, title: 'Mine', description: 'Theirs', joinCode: 'sesame' });
});

test('D2 a field that was changed by a later save than the one in between counts by its own version', async () => {
  await save(owner, lesson(), { version: 2, title: 'At three' });
  await save(owner, lesson(), { version: 3, status: 'draft' });
  // Knows the title of version 3, and not the status of version 4.
  expect((await save(coAuthor, lesson(), { version: 3, title: 'At five' })).body).toMatchObject({
    version: 5,
    status: 'draft',
  });
  expect((await save(coAuthor, lesson(), { version: 2, title: 'Too late' })).status).toBe(409);
  // One that no longer counts its versions so far back is taken for changed.
  expect((await save(coAuthor, lesson(), { version: 1, content: 'Much too late' })).status).toBe(409);
  expect((await save(coAuthor, lesson(), { version: 6, title: 'Of the future' })).status).toBe(409);
});

test('D2 different paragraphs of one text merge where the base is sent', async () => {
  const version = await withText();
  await save(owner, lesson(), { version, content: TEXT.replace('Wet', 'Damp'), base: { content: TEXT } });
  const merged = await save(coAuthor, lesson(), { version, content: TEXT.replace('The end', 'Fin'), base: { content: TEXT } });
  expect([merged.status, merged.body['content']]).toEqual([200, '# Soil\n\nDamp soil conducts.\n\nFin.\n']);
  expect(merged.body['version']).toBe(version + 2);
});

test('D2 the same paragraph is refused with all three sides, and nothing of the save is kept', async () => {
  const version = await withText();
  const theirs = TEXT.replace('Wet', 'Damp');
  const yours = TEXT.replace('Wet', 'Soaked');
  await save(owner, lesson(), { version, content: theirs });
  const before = await stateOf(server.sql, world['course'] ?? '');
  const refused = await save(coAuthor, lesson(), { version, content: yours, title: 'With it', base: { content: TEXT } });
  expect([refused.status, refused.body['code']]).toEqual([409, 'version_conflict']);
  expect(refused.body['conflicts']).toEqual({ content: { base: TEXT, theirs, yours } });
  expect(refused.body['merged']).toEqual({ title: 'With it' });
  expect(refused.body['theirs']).toMatchObject({ version: version + 1, content: theirs, modifiedBy: people.owner });
  expect(await stateOf(server.sql, world['course'] ?? '')).toEqual(before);
  // The choice, on top of what is there.
  const chosen = await save(coAuthor, lesson(), { version: version + 1, content: yours, title: 'With it' });
  expect(chosen.body).toMatchObject({ version: version + 2, content: yours, title: 'With it' });
});

test('D2 who sends only the version is refused on any overlap, unless both say the same', async () => {
  const version = await withText();
  await save(owner, lesson(), { version, content: TEXT.replace('Wet', 'Damp') });
  expect((await save(coAuthor, lesson(), { version, content: TEXT.replace('The end', 'Fin') })).status).toBe(409);
  const same = await save(coAuthor, lesson(), { version, content: TEXT.replace('Wet', 'Damp') });
  expect([same.status, same.body['version']]).toEqual([200, version + 1]);
});

test('D2 a mark of deletion, a place and a switch overlap like any other field', async () => {
  expect((await owner.ask('DELETE', lesson())).status).toBe(204);
  expect((await save(coAuthor, lesson(), { version: 2, title: 'On something deleted' })).status).toBe(200);
  const back = await save(coAuthor, lesson(), { version: 2, deleted: false });
  expect(back.body['conflicts']).toEqual({ deleted: { theirs: true, yours: false } });
  expect((await save(coAuthor, lesson(), { version: 4, deleted: false })).body['deletedAt']).toBe(null);
  await save(owner, lesson(), { version: 5, position: 'a5' });
  expect((await save(coAuthor, lesson(), { version: 5, position: 'a6' })).status).toBe(409);
  // Who may enrol counts no version: it is known from when on it was changed.
  await save(owner, course(), { version: 2, title: 'Three' });
  expect((await save(owner, course(), { version: 3, access: 'authors' })).body['version']).toBe(3);
  expect((await save(coAuthor, course(), { version: 2, access: 'open' })).status).toBe(409);
  expect((await save(coAuthor, course(), { version: 3, access: 'open' })).status).toBe(200);
});

test('D2 many who save different paragraphs at once all have their way', async () => {
  const text = Array.from({ length: 8 }, (_, i) => `Paragraph ${i}.`).join('\n\n');
  const version = Number((await save(owner, lesson(), { version: 2, content: text })).body['version']);
  const saves = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      save(i % 2 === 0 ? owner : coAuthor, lesson(), {
        version,
        content: text.replace(`Paragraph ${i}.`, `Paragraph ${i}, mended.`),
        base: { content: text },
      }),
    ),
  );
  expect(saves.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  const { rows } = await server.sql.query<{ content: string }>('SELECT content FROM lessons WHERE id = $1', [world['lesson']]);
  expect(rows[0]?.content).toBe(text.replaceAll('.', ', mended.'));
});

test('D8 how a conflict was decided is told as an activity, of a course and of any row of it; without one, a lesson tells nothing', async () => {
  const version = await withText();
  const told = async (entity: string): Promise<unknown[]> => {
    const { rows } = await server.sql.query<{ user_id: string; entity_type: string; metadata: unknown }>(
      "SELECT user_id, entity_type, metadata FROM user_activities WHERE entity_id = $1 AND activity_type = 'course_update' ORDER BY id",
      [entity],
    );
    return rows.map((row) => [row.user_id, row.entity_type, row.metadata]);
  };
  expect(await told(world['lesson'] ?? '')).toEqual([]);
  const resolved = { content: ['mine', 'both'] };
  const saved = await save(coAuthor, lesson(), { version, content: 'Chosen', resolved });
  expect(saved.body).toMatchObject({ version: version + 1, content: 'Chosen' });
  expect(await told(world['lesson'] ?? '')).toEqual([
    [people.coAuthor, 'lesson', { changes: { content: 'Chosen' }, resolved }],
  ]);
  await save(owner, course(), { version: 2, title: 'Chosen', resolved: { title: ['theirs'] } });
  expect(await told(world['course'] ?? '')).toEqual([
    [people.owner, 'course', { changes: { title: 'Chosen' }, resolved: { title: ['theirs'] } }],
  ]);
  // It is a word of a few, for a field that there is.
  for (const wrong of [{ content: ['<b>'] }, { secret: ['mine'] }, { content: [] }, 'mine'])
    expect((await save(owner, lesson(), { version, title: 'x', resolved: wrong })).status).toBe(400);
});
