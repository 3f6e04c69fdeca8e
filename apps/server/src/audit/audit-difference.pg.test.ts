import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { makeRandom, scratchDatabase, type Random, type ScratchDatabase } from '@elira/testkit';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('difference');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
});
afterAll(() => database.drop());

type Difference = { old_value: string | null; new_value: string | null; text_offset: number | null };

/** What the audit keeps of two texts, and what can be made of it: the text before, from the one after, and the other way round. */
async function kept(
  was: string | null,
  now: string | null,
): Promise<Difference & { back: string | null; forth: string | null }> {
  const { rows } = await sql.query<Difference & { back: string | null; forth: string | null }>(
    `SELECT d.*, audit_undo($2, d.old_value, d.new_value, d.text_offset) AS back, audit_undo($1, d.new_value, d.old_value, d.text_offset) AS forth
     FROM audit_difference($1, $2) d`,
    [was, now],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

/** Characters of one to four bytes that begin or end with the same bytes as others here. */
const CHARACTERS = ['a', 'b', '\n', 'é', 'è', 'ê', '©', '中', '丮', '乮', 'か', '😀', '😁', '🙀', '𝒜', '\u0301', '\u200d'];

const textOf = (random: Random, length: number): string[] => Array.from({ length }, () => random.pick(CHARACTERS));

function edited(random: Random, text: readonly string[]): string[] {
  const result = [...text];
  for (let edit = random.below(3); edit >= 0; edit -= 1) {
    const at = random.below(result.length + 1);
    result.splice(
      at,
      random.below(random.chance(0.5) ? 3 : 500),
      ...textOf(random, random.below(random.chance(0.5) ? 3 : 500)),
    );
  }
  return result;
}

test('F2 a text is restored from what the audit keeps of it, both ways, after edits at random', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  const random = makeRandom(seed);
  for (let round = 0; round < 400; round += 1) {
    const was = textOf(random, random.chance(0.1) ? random.below(3) : 900 + random.below(1500));
    const now = random.chance(0.05) ? textOf(random, 1200) : edited(random, was);
    const [before, after] = [was.join(''), now.join('')];
    const found = await kept(before, after);
    const at = `SEED=${seed}, round ${round}`;
    expect(found.back === before, at).toBe(true);
    expect(found.forth === after, at).toBe(true);
    // Characters as PostgreSQL counts them.
    const [a, b] = [[...before], [...after]];
    expect(found.text_offset !== null, at).toBe(a.length > 1000 || b.length > 1000);
    if (found.text_offset === null || before === after) continue;
    // No more than what differs: neither the first nor the last character is the same on both sides.
    const [old, young] = [[...(found.old_value ?? '')], [...(found.new_value ?? '')]];
    expect(a.slice(0, found.text_offset).join('') === b.slice(0, found.text_offset).join(''), at).toBe(true);
    if (old.length > 0 && young.length > 0) {
      expect(old[0], at).not.toBe(young[0]);
      expect(old.at(-1), at).not.toBe(young.at(-1));
    }
  }
});

test('F2 short texts and values that were not there are kept whole', async () => {
  const long = 'x'.repeat(1001);
  for (const [was, now] of [
    ['a'.repeat(1000), 'b'],
    [null, long],
    [long, null],
    [null, null],
  ] as const) {
    expect(await kept(was, now)).toEqual({ old_value: was, new_value: now, text_offset: null, back: was, forth: now });
  }
});

test('F2 a character is never cut, where texts share some of its bytes', async () => {
  const [left, right] = ['x'.repeat(800), 'y'.repeat(800)];
  // é and è begin with the same byte; 中 and 丮 begin, 乮 and 丮 end with the same.
  for (const [was, now] of [
    ['é', 'è'],
    ['中', '丮'],
    ['乮', '丮'],
    ['😀', '🙀'],
    ['', '😀'],
    ['😀', '😀😀'],
    ['éé', 'é'],
  ] as const) {
    const found = await kept(left + was + right, left + now + right);
    expect([found.back, found.forth]).toEqual([left + was + right, left + now + right]);
    if (was.length > 0 && !now.includes(was) && !was.includes(now)) {
      expect([found.old_value, found.new_value, found.text_offset]).toEqual([was, now, 800]);
    }
  }
});

test('F2 of the longest lesson, a changed word is a word', async () => {
  const text = 'é😀中a '.repeat(40_000);
  const found = await kept(
    `${text.slice(0, 120_000)}old${text.slice(120_000)}`,
    `${text.slice(0, 120_000)}new${text.slice(120_000)}`,
  );
  expect([found.old_value, found.new_value, found.text_offset]).toEqual(['old', 'new', [...text.slice(0, 120_000)].length]);
});
