import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeUuidV7 } from '@elira/protocol';
import { CanaryScanner, makeCanary, makeRandom } from '@elira/testkit';
import { quizAsShown } from '../../fixture/quiz-as-shown.ts';
import { runningServer, signedIn, type Answer, type Browser, type RunningServer } from '../../fixture/running-server.ts';

/** Milliseconds for a change to come to every stream; what has not come then does not come. */
const QUIET_MS = 1_500;

let server: RunningServer;
const random = makeRandom(4021);
const ending = new AbortController();

beforeAll(async () => {
  server = await runningServer('answer_keys');
});
afterAll(async () => {
  ending.abort();
  await server.remove();
});

/** A person with a stream, of which every byte is looked at, and so is every answer. */
class Watched {
  readonly browser: Browser;
  readonly scanner = new CanaryScanner();

  constructor(browser: Browser) {
    this.browser = browser;
  }

  async follow(): Promise<void> {
    const response = await this.browser.open('/api/sync/stream', { signal: ending.signal });
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) this.scanner.push(chunk as Uint8Array);
    };
    read().catch(() => undefined);
    while (this.scanner.bytes === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.browser.ask(method, path, body);
    this.scanner.push(answer.text);
    return answer;
  }

  async mutate(
    name: string,
    args: object,
    id: string = makeUuidV7(),
  ): Promise<{ status: string; result?: unknown; problem?: unknown }> {
    const answer = await this.ask('POST', '/api/sync/mutations', [{ id, name, args }]);
    return (answer.body as unknown as { status: string }[])[0] ?? { status: answer.text };
  }

  has(canary: string): boolean {
    return this.scanner.found.has(canary);
  }
}

async function applied(who: Watched, name: string, args: object): Promise<void> {
  expect(await who.mutate(name, args), name).toMatchObject({ status: 'applied' });
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

test('Q1 H8 an explanation or key reaches a learner with their own graded attempt: not before, by no other way, and nobody else', async () => {
  const author = new Watched(await signedIn(server.url, 'instructor'));
  const [ann, bob] = [new Watched(await signedIn(server.url, 'learner')), new Watched(await signedIn(server.url, 'learner2'))];
  const [id, module, quiz, question] = [makeUuidV7(), makeUuidV7(), makeUuidV7(), makeUuidV7()];
  const options = [makeUuidV7(), makeUuidV7()];
  const first = makeCanary('secret', random);
  await applied(author, 'course.make', { id, title: 'Keys', description: '' });
  await applied(author, 'module.make', { id: module, parentId: id, title: 'One' });
  await applied(author, 'quiz.make', { id: quiz, parentId: module, title: 'Quiz' });
  await applied(author, 'question.make', { id: question, parentId: quiz, prompt: 'Why?', explanation: first });
  for (const [index, option] of options.entries())
    await applied(author, 'option.make', { id: option, parentId: question, label: `Option ${index}`, isCorrect: index === 0 });
  await applied(author, 'course.publish', { id });
  for (const learner of [ann, bob]) {
    await applied(learner, 'enrollment.join', { courseId: id });
    await learner.follow();
  }
  await author.follow();
  await expect.poll(() => author.has(first), { timeout: 10_000 }).toBe(true);

  // All that a learner could ask for, their own attempt refused included.
  const questions = await quizAsShown(server.sql, quiz, [options[1] ?? '']);
  const wrong = [{ ...questions[0], version: 9 }];
  expect(await ann.mutate('quiz.submit', { id: makeUuidV7(), quizId: quiz, questions: wrong })).toMatchObject({
    status: 'refused',
    problem: { code: 'invalid_request', detail: 'The quiz as shown was never published.' },
  });
  for (const path of [
    `/api/admin/courses/${id}`,
    `/api/admin/courses/${id}/versions/1`,
    '/api/courses',
    `/api/admin/courses/${id}/versions/1/diff/draft`,
  ])
    await ann.ask('GET', path);
  await ann.mutate('attempt.regrade', { quizId: quiz });
  await ann.mutate('course.restore', { id, version: 1 });
  await settled();
  expect([ann.has(first), bob.has(first)]).toEqual([false, false]);

  const attempt = { id: makeUuidV7(), quizId: quiz, questions };
  const mutation = makeUuidV7();
  const answer = await ann.mutate('quiz.submit', attempt, mutation);
  expect(answer).toMatchObject({ status: 'applied', result: { attemptId: attempt.id, percent: 0, points: 0, maxPoints: 1 } });
  expect(JSON.stringify(answer)).not.toContain(first);
  expect(await ann.mutate('quiz.submit', attempt, mutation)).toEqual(answer);
  await expect.poll(() => ann.has(first), { timeout: 10_000 }).toBe(true);

  // What is mended is for authors until a grade tells it.
  const second = makeCanary('secret', random);
  await applied(author, 'question.save', { id: question, version: 1, explanation: second });
  await applied(author, 'course.publish', { id });
  await applied(author, 'attempt.regrade', { quizId: quiz });
  await settled();
  expect([author.has(second), ann.has(second), bob.has(first), bob.has(second)]).toEqual([true, false, false, false]);
  for (const [index, option] of options.entries())
    await applied(author, 'option.save', { id: option, version: 1, isCorrect: index === 1 });
  await applied(author, 'course.publish', { id });
  expect(await author.mutate('attempt.regrade', { quizId: quiz })).toMatchObject({
    result: { attempts: 1, regraded: 1, left: 0 },
  });
  await expect.poll(() => ann.has(second), { timeout: 10_000 }).toBe(true);
  await settled();
  expect([bob.has(first), bob.has(second)]).toEqual([false, false]);
  for (const canary of [first, second]) expect(server.logged()).not.toContain(canary);
});

test('Q8 a batch that names somebody who is not enrolled is refused whole, and says who', async () => {
  const author = new Watched(await signedIn(server.url, 'instructor'));
  const learner = new Watched(await signedIn(server.url, 'learner'));
  const me = String((await learner.ask('GET', '/api/me')).body['id']);
  const [id, module, lesson] = [makeUuidV7(), makeUuidV7(), makeUuidV7()];
  await applied(author, 'course.make', { id, title: 'Batch', description: '' });
  await applied(author, 'module.make', { id: module, parentId: id, title: 'One' });
  await applied(author, 'lesson.make', { id: lesson, parentId: module, title: 'Lesson' });
  await applied(author, 'course.publish', { id });
  const batch = { courseId: id, reason: 'In class', entries: [{ userId: me, lessonIds: [lesson] }] };
  const refused = await author.ask('POST', '/api/admin/enrollments/batch', batch);
  expect([refused.status, refused.body['code'], refused.body['detail']]).toEqual([
    400,
    'invalid_request',
    `Nothing was recorded. Not enrolled in this course: ${me}`,
  ]);
  await applied(learner, 'enrollment.join', { courseId: id });
  const recorded = await author.ask('POST', '/api/admin/enrollments/batch', batch);
  expect([recorded.status, recorded.body]).toEqual([200, { learners: 1, completions: 1, grades: 0 }]);
});

test('B1 B2 versions are listed, read and compared by request, and restored and discarded by mutation', async () => {
  const author = new Watched(await signedIn(server.url, 'instructor'));
  const [id, module] = [makeUuidV7(), makeUuidV7()];
  await applied(author, 'course.make', { id, title: 'Versions', description: '' });
  await applied(author, 'module.make', { id: module, parentId: id, title: 'One' });
  await applied(author, 'course.publish', { id });
  await applied(author, 'module.save', { id: module, version: 1, title: 'Two' });
  await applied(author, 'course.publish', { id });
  const at = `/api/admin/courses/${id}/versions`;
  const list = (await author.ask('GET', at)).body['versions'];
  expect(list).toMatchObject([
    { version: 2, entries: { course: 1, module: 1 } },
    { version: 1, entries: { course: 1, module: 1 } },
  ]);
  const one = (await author.ask('GET', `${at}/1`)).body['entities'];
  expect(one).toMatchObject([{ entityType: 'course' }, { entityType: 'module', revision: 1, content: { title: 'One' } }]);
  const difference = {
    entityType: 'module',
    entityId: module,
    change: 'changed',
    fields: { title: { from: 'One', to: 'Two' } },
  };
  expect((await author.ask('GET', `${at}/1/diff/2`)).body['differences']).toMatchObject([difference]);
  expect(await author.mutate('course.restore', { id, version: 1 })).toMatchObject({ result: { version: 1, touched: 1 } });
  expect((await author.ask('GET', `${at}/1/diff/draft`)).body['differences']).toEqual([]);
  expect(await author.mutate('course.discard', { id })).toMatchObject({ result: { version: 2, touched: 1 } });
  expect((await author.ask('GET', `${at}/2/diff/draft`)).body['differences']).toEqual([]);
  expect(await author.mutate('course.restore', { id, version: 7 })).toMatchObject({ problem: { code: 'not_found' } });
  for (const path of [`${at}/7`, `${at}/1/diff/7`]) expect((await author.ask('GET', path)).status).toBe(404);
  for (const path of [`${at}/x`, `${at}/0`, `${at}/1/diff/live`, `${at}?before=x`])
    expect((await author.ask('GET', path)).status).toBe(400);
});
