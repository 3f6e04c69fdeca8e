import { readFile } from 'node:fs/promises';
import { LIMITS, PROBLEMS, PROTOCOL_VERSION } from '@elira/protocol';
import { expect, test } from 'vitest';
import { BACKOFF, RETRY_AFTER_MOST_MS } from '../connect/backoff.ts';
import { STABLE_MS } from '../connect/connection-machine.ts';
import { RowStore } from '../store/row-store.ts';
import { Pipeline } from './pipeline.ts';

const page = await readFile(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');
/** The cells of every table row of four columns whose first cell is code. */
const rows = (columns: number): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns);

test('the table of problems in docs/protocol.md is the one in the code', () => {
  const stated = rows(4).filter(([code]) => Object.hasOwn(PROBLEMS, code?.replaceAll('`', '') ?? ''));
  const own = Object.entries(PROBLEMS).map(([code, { status, client, title }]) => [
    `\`${code}\``,
    String(status),
    client,
    title,
  ]);
  expect(stated).toEqual(own);
});

test('the limits in docs/protocol.md are the ones in the code', () => {
  const stated = rows(3).filter(([, , name]) => Object.hasOwn(LIMITS, name?.replaceAll('`', '') ?? ''));
  expect(stated.length).toBe(19);
  for (const [what, value, name] of stated) {
    const limit = LIMITS[name?.replaceAll('`', '') as keyof typeof LIMITS];
    expect([what, Number(value?.replaceAll(',', '').split(' ')[0])]).toEqual([what, limit]);
  }
  for (const text of [
    `This is version **${PROTOCOL_VERSION}**`,
    `After ${LIMITS.silenceSeconds} seconds without a byte`,
    `at most ${LIMITS.cursorBytes.toLocaleString('en')} bytes of printable ASCII`,
    `at least ${LIMITS.retainedSeconds / 60} minutes, fewer than ${LIMITS.changesPerCatchUp.toLocaleString('en')} changes`,
    `${BACKOFF.leastMs} ms to ${BACKOFF.firstCeilingMs / 1000} s after the first failure`,
    `at most ${BACKOFF.mostMs / 1000} s, at random`,
    `(up to\n${RETRY_AFTER_MOST_MS / 1000} s)`,
  ]) {
    expect(page).toContain(text);
  }
  expect([STABLE_MS, page.includes('Ten seconds of a live stream')]).toEqual([10_000, true]);
});

test('the example in docs/protocol.md leads to the rows it shows', () => {
  const [first = '', second = ''] = blocks('sse');
  const states = blocks('json')
    .filter((text) => text.startsWith('{"published_courses"'))
    .map((text) => JSON.parse(text) as unknown);
  const store = new RowStore();
  const held = (): unknown => ({ published_courses: Object.fromEntries(store.rows('published_courses')) });
  // The fence ends the last line, which the stream does not.
  new Pipeline(store).push(first.slice(0, -1));
  expect([store.cursor, held()]).toEqual(['p2.g1', states[0]]);
  expect(() => new Pipeline(store).push(second)).toThrow('shutting_down');
  expect([store.cursor, held(), states.length]).toEqual(['p3.g1', states[1], 2]);
});

test('the bytes shown in docs/protocol.md are those of the heartbeat in its example', () => {
  const hex = (blocks('hex')[0] ?? '')
    .split('\n')
    .map((line) => line.slice(6, 53))
    .join(' ');
  const text = new TextDecoder().decode(Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16)));
  expect(text).toMatch(/^event: heartbeat\n[\s\S]*\n\n$/);
  expect(blocks('sse')[0]).toContain(text);
});
