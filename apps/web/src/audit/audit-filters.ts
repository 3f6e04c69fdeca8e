import type { AuditEntry } from './audit-entry.ts';

/** What somebody looks for. Days are as in `<input type="date">`, those of the person who looks. */
export type AuditFilters = {
  readonly who?: string;
  readonly kind?: string;
  readonly field?: string;
  readonly from?: string;
  readonly to?: string;
  readonly course?: string;
};

const NAMES = ['who', 'kind', 'field', 'from', 'to', 'course'] as const satisfies readonly (keyof AuditFilters)[];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Pure. Filters from an address: texts alone, and days that exist. */
export function auditFilters(search: Readonly<Record<string, unknown>>): AuditFilters {
  const found = NAMES.flatMap((name) => {
    const value = search[name];
    if (typeof value !== 'string' || value === '' || value.length > 100) return [];
    if ((name === 'from' || name === 'to') && dayStart(value) === undefined) return [];
    return [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** Pure. The same as the server is asked for, as a query of `/api/admin/audit`. The course is in the path. */
export function auditQuery({ who, kind, field, from, to }: AuditFilters, before?: string): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) query.set(name, value);
  };
  add('changedBy', who);
  add('entityType', kind);
  add('field', field);
  add('from', from && dayStart(from)?.toISOString());
  add('to', to && dayStart(to, 1)?.toISOString());
  add('before', before);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Pure. Whether an entry is one that is looked for: what the server would say of it. */
export function isWanted(entry: AuditEntry, { who, kind, field, from, to, course }: AuditFilters): boolean {
  const at = Date.parse(entry.changedAt);
  const start = from === undefined ? undefined : dayStart(from);
  const end = to === undefined ? undefined : dayStart(to, 1);
  return (
    (who === undefined || entry.changedBy === who) &&
    (kind === undefined || entry.entityType === kind) &&
    (field === undefined || entry.fieldName === field) &&
    (course === undefined || entry.courseId === course) &&
    (start === undefined || at >= start.getTime()) &&
    (end === undefined || at < end.getTime())
  );
}

/** When a day begins here, or one some days after it; undefined for no day. */
function dayStart(day: string, after = 0): Date | undefined {
  if (!DAY.test(day)) return undefined;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const start = new Date(year, month - 1, date + after);
  const isDay = new Date(year, month - 1, date).getDate() === date && month >= 1 && month <= 12 && year >= 1970;
  return isDay ? start : undefined;
}
