import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOKEN_FORM } from '../config.ts';
import { openOperatorToken } from './operator-token.ts';
import { isOperator } from './request-viewer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elira-token-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (): Promise<string> => (await readFile(join(folder, 'operator-token'), 'utf8')).trim();

test('H3 a new token is random, readable by its owner alone, and outlives restarts', async () => {
  const dataFolder = join(folder, 'made', 'on the way');
  const token = await openOperatorToken({ operatorToken: undefined, dataFolder });
  const file = join(dataFolder, 'operator-token');
  expect(token.file).toBe(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = (await readFile(file, 'utf8')).trim();
  expect(text).toMatch(TOKEN_FORM);
  expect(text.length).toBeGreaterThanOrEqual(43);
  const again = await openOperatorToken({ operatorToken: undefined, dataFolder });
  expect([token.matches(text), again.matches(text)]).toEqual([true, true]);
  const elsewhere = await openOperatorToken({ operatorToken: undefined, dataFolder: folder });
  expect(elsewhere.matches(text)).toBe(false);
});

test('H3 servers that start at once agree on one token', async () => {
  const tokens = await Promise.all(
    Array.from({ length: 8 }, () => openOperatorToken({ operatorToken: undefined, dataFolder: folder })),
  );
  const text = await read();
  expect(tokens.map((token) => token.matches(text))).toEqual(tokens.map(() => true));
});

test('H3 the environment goes before the file, and writes none', async () => {
  const operatorToken = 'x'.repeat(40);
  const token = await openOperatorToken({ operatorToken, dataFolder: folder });
  expect([token.matches(operatorToken), token.file]).toEqual([true, undefined]);
  await expect(read()).rejects.toThrow(/ENOENT/);
});

test('H3 a file that holds no token is refused with the remedy', async () => {
  await writeFile(join(folder, 'operator-token'), 'hello\n');
  await expect(openOperatorToken({ operatorToken: undefined, dataFolder: folder })).rejects.toThrow(/Remove the file/);
});

test('H3 only the exact token in the header makes an operator; what is wrong is refused', async () => {
  const token = await openOperatorToken({ operatorToken: undefined, dataFolder: folder });
  const text = await read();
  expect(isOperator({}, token)).toBe(false);
  expect(isOperator({ authorization: `Bearer ${text}` }, token)).toBe(true);
  expect(isOperator({ authorization: `bearer  ${text}` }, token)).toBe(true);
  for (const authorization of [
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${text}x`,
    `Bearer ${text.slice(1)}`,
    `Basic ${text}`,
    text,
    `Bearer ${text} ${text}`,
  ]) {
    expect(() => isOperator({ authorization }, token), authorization).toThrow(
      expect.objectContaining({ code: 'not_signed_in' }),
    );
  }
});
