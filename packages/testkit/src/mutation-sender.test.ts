import { expect, test } from 'vitest';
import { makeRandom } from './random.ts';
import { MutationSender, type SentAnswer, type SentMutation } from './mutation-sender.ts';

type Answering = (batch: readonly SentMutation[]) => Response;
const applied = (batch: readonly SentMutation[]): Response =>
  Response.json(batch.map(({ id }): SentAnswer => ({ id, status: 'applied', result: null })));

function sender(answering: readonly Answering[], doubled = 0, lane?: (mutation: SentMutation) => string | undefined) {
  const [asked, told]: [string[][], string[]] = [[], []];
  let turn = 0;
  const made = new MutationSender({
    url: () => 'http://localhost/',
    headers: () => Promise.resolve({}),
    random: makeRandom(1),
    retryMs: 2,
    doubled,
    ...(lane === undefined ? {} : { lane }),
    fetch: (_, init) => {
      const batch = JSON.parse(init?.body as string) as SentMutation[];
      asked.push(batch.map(({ id }) => id));
      const answer = answering[Math.min(turn, answering.length - 1)] ?? applied;
      turn += 1;
      return Promise.resolve().then(() => answer(batch));
    },
    onAnswer: ({ id, status }) => told.push(`${id} ${status}`),
  });
  return { made, asked, told };
}
const one = (id: string): SentMutation => ({ id, name: 'deed.do', args: {} });

test('what was not answered is sent again under its id, in the order in which it was made', async () => {
  const lost: Answering = () => {
    throw new TypeError('cut');
  };
  const { made, asked, told } = sender([lost, () => new Response('half', { status: 200 }), applied]);
  for (const id of ['a', 'b']) made.push(one(id));
  expect(await made.settled(2_000)).toBe(true);
  expect(asked.every((ids) => ids.join() === ['a', 'b'].slice(0, ids.length).join())).toBe(true);
  expect([asked.length > 2, told]).toEqual([true, ['a applied', 'b applied']]);
});

test('what is unknown waits, what is refused does not, and neither holds up the other', async () => {
  const first: Answering = (batch) =>
    Response.json(batch.map(({ id }): SentAnswer => ({ id, status: id === 'a' ? 'unknown' : 'refused' })));
  const { made, told } = sender([() => new Response('', { status: 503 }), first, applied]);
  for (const id of ['a', 'b']) made.push(one(id));
  expect(await made.settled(2_000)).toBe(true);
  expect(told).toEqual(['a unknown', 'b refused', 'a applied']);
});

test('a request may be sent twice at the same moment', async () => {
  const { made, asked, told } = sender([applied], 1);
  made.push(one('a'));
  expect(await made.settled(2_000)).toBe(true);
  expect([asked, told]).toEqual([
    [['a'], ['a']],
    ['a applied', 'a applied'],
  ]);
});

test('one that rests sends nothing until it goes on', async () => {
  const { made, asked } = sender([applied]);
  await made.rest();
  made.push(one('a'));
  expect([await made.settled(20), asked.length]).toEqual([false, 0]);
  made.resume();
  expect([await made.settled(2_000), asked.length]).toEqual([true, 1]);
});

test('who waits is told at the time-out, and a closed one sends nothing more', async () => {
  const { made, asked } = sender([() => new Response('', { status: 401 })]);
  made.push(one('a'));
  expect(await made.settled(30)).toBe(false);
  await made.close();
  const sent = asked.length;
  made.push(one('b'));
  expect([asked.length, made.waiting.map(({ id }) => id)]).toEqual([sent, ['a', 'b']]);
});

test('what depends on another is sent when the outcome of that one is known, and the rest does not wait', async () => {
  const unknownFirst: Answering = (batch) =>
    Response.json(batch.map(({ id }): SentAnswer => ({ id, status: id === 'a1' ? 'unknown' : 'applied', result: null })));
  const { made, asked } = sender([unknownFirst, applied], 0, ({ id }) => (id.startsWith('a') ? 'a' : undefined));
  for (const id of ['a1', 'a2', 'b', 'a3']) made.push(one(id));
  expect(await made.settled(2_000)).toBe(true);
  expect(asked).toEqual([['a1', 'b'], ['a1'], ['a2'], ['a3']]);
});
