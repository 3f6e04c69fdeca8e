import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHistory, readHistory, type Entry } from './history.ts';

test('a history is read as it was written, however its lines and characters fall on what is read at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elira-history-'));
  const store = (client: string) => ({
    client,
    scopes: [{ scope: 's', rows: [{ tbl: 't', key: 'k', body: { text: 'ü😀'.repeat(1_000_000) } }] }],
  });
  const entries: Entry[] = [
    { kind: 'signed-out', client: 'ann' },
    { kind: 'barrier', number: 1, name: 'first', oracle: [], stores: [store('ann'), store('bob'), store('eve')] },
    { kind: 'half', client: 'bob', detail: '\u2028\n' },
  ];
  try {
    const history = createHistory(join(folder, 'seed.jsonl'));
    for (const entry of entries) history.write(entry);
    history.close();
    expect(readHistory(join(folder, 'seed.jsonl'))).toEqual(entries);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
