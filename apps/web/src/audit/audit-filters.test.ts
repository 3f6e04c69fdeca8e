import { expect, test } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { auditFilters, auditQuery, isWanted } from './audit-filters.ts';

const entry: AuditEntry = {
  id: '1',
  courseId: 'c',
  changedBy: 'ann',
  entityType: 'lesson',
  entityId: 'l',
  fieldName: 'title',
  oldValue: 'a',
  newValue: 'b',
  textOffset: null,
  cut: false,
  changedAt: new Date(2026, 4, 10, 12).toISOString(),
};

test('W22 an address names what is looked for, and nothing that is no filter', () => {
  expect(auditFilters({ who: 'ann', kind: 'lesson', from: '2026-05-10', other: 'x', field: 5, to: '2026-02-31' })).toEqual({
    who: 'ann',
    kind: 'lesson',
    from: '2026-05-10',
  });
  expect(auditFilters({ from: 'yesterday', to: '2026-13-01', course: '' })).toEqual({});
});

test('W22 the server is asked for whole days of the person who looks', () => {
  const query = new URLSearchParams(auditQuery({ who: 'ann', field: 'title', from: '2026-05-10', to: '2026-05-10' }, 'last'));
  expect(Object.fromEntries(query)).toEqual({
    changedBy: 'ann',
    field: 'title',
    from: new Date(2026, 4, 10).toISOString(),
    to: new Date(2026, 4, 11).toISOString(),
    before: 'last',
  });
  expect(auditQuery({})).toBe('');
});

test('W22 what the stream brings is held to the same filters', () => {
  for (const filters of [
    {},
    { who: 'ann' },
    { kind: 'lesson', field: 'title', course: 'c' },
    { from: '2026-05-10', to: '2026-05-10' },
  ])
    expect(isWanted(entry, filters), JSON.stringify(filters)).toBe(true);
  for (const filters of [
    { who: 'bob' },
    { kind: 'quiz' },
    { field: 'content' },
    { course: 'd' },
    { from: '2026-05-11' },
    { to: '2026-05-09' },
  ])
    expect(isWanted(entry, filters), JSON.stringify(filters)).toBe(false);
});
