import { expect, test } from 'vitest';
import { readTogether } from './read-together.ts';

/** A read that ends when it is told to, and tells what it was asked. */
function heldRead(): { asked: string[][]; end: () => Promise<void>; ask: (key: string) => Promise<string> } {
  const asked: string[][] = [];
  let end = (): void => {};
  const ask = readTogether<string, string>(
    async (keys) => {
      asked.push([...keys]);
      const number = asked.length;
      await new Promise<void>((resolve) => (end = resolve));
      if (keys.includes('broken')) throw new Error('no answer');
      return (key) => {
        if (key === 'bad') throw new Error('not for you');
        return `${key} of read ${number}`;
      };
    },
    { most: 3 },
  );
  return {
    asked,
    ask,
    end: async () => {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('G7 who asks during a read is answered by the next one, together, and at most so many at once', async () => {
  const { asked, ask, end } = heldRead();
  const answers = ['a', 'b', 'a', 'c', 'd'].map(ask);
  await end();
  await end();
  await end();
  expect(asked).toEqual([['a'], ['b', 'a', 'c'], ['d']]);
  expect(await Promise.all(answers)).toEqual(['a of read 1', 'b of read 2', 'a of read 2', 'c of read 2', 'd of read 3']);
});

test('G7 what goes wrong for one goes wrong for it alone, and a read that fails does not end the reading', async () => {
  const { ask, end } = heldRead();
  const told = (answer: Promise<string>): Promise<string> => answer.catch(String);
  const answers = ['first', 'bad', 'good'].map((key) => told(ask(key)));
  await end();
  await end();
  expect(await Promise.all(answers)).toEqual(['first of read 1', 'Error: not for you', 'good of read 2']);
  const broken = told(ask('broken'));
  await end();
  expect(await broken).toBe('Error: no answer');
  const last = told(ask('last'));
  await end();
  expect(await last).toBe('last of read 4');
});

test('G7 several reads may be under way, and what waits is shared among them', async () => {
  const asked: string[][] = [];
  const ends: (() => void)[] = [];
  const ask = readTogether<string, string>(
    async (keys) => {
      asked.push([...keys]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return (key) => key;
    },
    { most: 10, width: 2 },
  );
  const answers = ['a', 'b', 'c', 'd'].map(ask);
  expect(asked).toEqual([['a'], ['b']]);
  ends[1]?.();
  expect(await answers[1]).toBe('b');
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([['a'], ['b'], ['c', 'd']]);
  for (const end of ends) end();
  expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd']);
});
