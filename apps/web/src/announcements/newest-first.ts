import type { Announcement } from '../data/tables.ts';

/** Order of announcements. */
export function newestFirst(a: Announcement, b: Announcement): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);
}
