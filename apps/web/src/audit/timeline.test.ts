import { expect, test } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { changesOf, MOST_ENTRIES, withLive, withNewest, withOlder, type Timeline } from './timeline.ts';

const entry = (id: number, of: Partial<AuditEntry> = {}): AuditEntry => ({
  id: String(id).padStart(5, '0'),
  courseId: 'c',
  changedBy: 'ann',
  entityType: 'lesson',
  entityId: 'l',
  fieldName: 'title',
  oldValue: 'a',
  newValue: 'b',
  textOffset: null,
  cut: false,
  changedAt: `at ${id}`,
  ...of,
});
/** Entries from one id down to another. */
const from = (high: number, low: number): AuditEntry[] => Array.from({ length: high - low + 1 }, (_, i) => entry(high - i));
const page = (high: number, low: number): Timeline => ({
  entries: from(high, low),
  ...(low > 1 ? { next: entry(low).id } : {}),
});
const ids = ({ entries }: Timeline): number[] => entries.map(({ id }) => Number(id));

test('W22 what the stream brings is there at once, and what belongs to a page that was not asked for is not', () => {
  const known = page(10, 5);
  expect(ids(withLive(known, from(12, 2)))).toEqual([12, 11, 10, 9, 8, 7, 6, 5]);
  // One that took long to commit has an older id.
  expect(ids(withLive({ entries: [entry(9), entry(7)] }, [entry(8)]))).toEqual([9, 8, 7]);
  expect(withLive(known, from(10, 2))).toBe(known);
});

test('W22 a page knows more of an entry than the stream, but not who has gone since', () => {
  const read: Timeline = { entries: [entry(1, { newValue: 'all of it', changedByName: 'Ann' })] };
  const brought = entry(1, { newValue: 'all…', cut: true });
  expect(withLive(read, [brought])).toBe(read);
  expect(withLive(read, [{ ...brought, changedBy: null, courseId: null }]).entries).toEqual([
    entry(1, { newValue: 'all of it', changedByName: null, changedBy: null, courseId: null }),
  ]);
});

test('W22 after an interruption nothing is missing: pages that meet are one, others begin anew', () => {
  expect(ids(withNewest(page(10, 3), page(12, 8)))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  expect(withNewest(page(10, 3), page(12, 8)).next).toBe('00003');
  expect(withNewest(page(10, 8), page(30, 20))).toEqual(page(30, 20));
  expect(withNewest(undefined, page(30, 20))).toEqual(page(30, 20));
  expect(withNewest(page(3, 2), page(4, 1)).next).toBeUndefined();
});

test('W22 older pages follow without a double, and a page holds no more than it may', () => {
  const all = withOlder(page(10, 6), page(6, 1));
  expect(ids(all)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(all.next).toBeUndefined();
  const many = withLive({ entries: from(MOST_ENTRIES, 1) }, [entry(MOST_ENTRIES + 1)]);
  expect(many.entries.length).toBe(MOST_ENTRIES);
  expect(many.next).toBe('00002');
});

test('W22 the fields that were changed at once are one change', () => {
  const at = { changedAt: 'now' };
  const entries = [
    entry(5, { ...at, fieldName: 'content' }),
    entry(4, { ...at, fieldName: 'title' }),
    entry(3, { ...at, entityId: 'other' }),
    entry(2, { ...at, changedBy: null }),
    entry(1),
  ];
  expect(changesOf(entries).map((change) => change.map(({ id }) => Number(id)))).toEqual([[4, 5], [3], [2], [1]]);
});
