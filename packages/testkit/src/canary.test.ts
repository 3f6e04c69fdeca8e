import { expect, test } from 'vitest';
import { CanaryScanner, canariesIn, makeCanary } from './canary.ts';
import { makeRandom } from './random.ts';

test('a canary is found wherever the bytes are cut', () => {
  const token = makeCanary('secret', makeRandom(7));
  const text = `data: {"a":"${token}"}\n\n`;
  for (let cut = 0; cut <= text.length; cut += 1) {
    const scanner = new CanaryScanner();
    const found = [...scanner.push(Buffer.from(text.slice(0, cut))), ...scanner.push(Buffer.from(text.slice(cut)))];
    expect(found).toEqual([token]);
    expect(scanner.bytes).toBe(text.length);
  }
});

test('what merely looks like a canary is none, and kinds are told apart', () => {
  expect(canariesIn('zqx0123456789abcdefqz zqb0123456789abcdeqz zqb0123456789ABCDEFqz')).toEqual([]);
  const random = makeRandom(1);
  expect(new Set(['body', 'secret', 'hidden'].map((kind) => makeCanary(kind as 'body', random).slice(0, 3))).size).toBe(3);
});

test('a seed repeats its choices, and every actor has a stream of its own', () => {
  const draw = (seed: number, name: string): string => makeRandom(seed).fork(name).hex(32);
  expect(draw(1, 'a')).toBe(draw(1, 'a'));
  expect(draw(1, 'a')).not.toBe(draw(1, 'b'));
  expect(draw(1, 'a')).not.toBe(draw(2, 'a'));
});
