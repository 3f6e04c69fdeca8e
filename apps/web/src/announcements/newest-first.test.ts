import { expect, test } from 'vitest';
import type { Announcement } from '../data/tables.ts';
import { newestFirst } from './newest-first.ts';

const said = (id: string, createdAt: string): Announcement => ({ id, courseId: null, title: id, body: '', createdAt });

test('W20 the newest announcement comes first, whatever way its time is written', () => {
  const rows = [
    said('a', '2026-03-01T10:00:00+00:00'),
    said('b', '2026-03-01T12:30:00+02:00'),
    said('c', '2026-03-01T10:00:00.5Z'),
  ];
  expect(rows.toSorted(newestFirst).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  expect(
    [said('x', '2026-03-01T10:00:00Z'), said('y', '2026-03-01T10:00:00Z')].toSorted(newestFirst).map(({ id }) => id),
  ).toEqual(['y', 'x']);
});
