import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Entry } from '../history.ts';
import { createSegment, mergeSegments, type Timed } from './segment.ts';

const rows = Array.from({ length: 20 }, (_, key) => ({ tbl: 'notes', key: String(key), body: { text: 'ä\u2028'.repeat(9) } }));

test('what was written is read in the order of its time, and what several hold is one and the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elira-segment-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [one, two] = [createSegment(join(folder, 'one.gz')), createSegment(join(folder, 'two.gz'))];
  const entries: Entry[] = [
    { kind: 'message', client: 'ann', event: 'batch', bytes: 1, data: [{ scope: 'x', put: rows }] },
    { kind: 'message', client: 'bob', event: 'batch', bytes: 1, data: [{ scope: 'x', put: rows }] },
    { kind: 'store', number: 1, client: 'ann', scopes: [{ scope: 'x', rows }] },
    {
      kind: 'store',
      number: 1,
      client: 'bob',
      scopes: [
        { scope: 'x', rows },
        { scope: 'none', rows: [] },
      ],
    },
    { kind: 'crash', ord: 7 },
  ];
  for (const [index, entry] of entries.entries()) {
    (index % 3 === 2 ? two : one).write(entry);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all([one.finish(), two.finish()]);
  const read: Timed[] = [];
  for await (const timed of mergeSegments([one.path, two.path])) read.push(timed);
  expect(read.map(({ entry }) => entry)).toEqual(entries);
  expect(read.map(({ at }) => at)).toEqual(read.map(({ at }) => at).toSorted((a, b) => a - b));
  const [first, second] = read.map(({ entry }) => (entry.kind === 'message' ? entry.data : undefined));
  expect(first).toBe(second);
});
