import type { AuditEntry } from './audit-entry.ts';

/** Most entries that a page holds; older ones are asked for again. */
export const MOST_ENTRIES = 2_000;

/** What is known of the audit: entries, the newest first, without a gap down to the last; `next` where there are older ones. */
export type Timeline = { readonly entries: readonly AuditEntry[]; readonly next?: string };

/**
 * Pure. What the stream brought, laid over what is known. An entry that is older than the last one known belongs to a page that has not
 * been asked for. The same object where nothing is new.
 */
export function withLive(timeline: Timeline, live: readonly AuditEntry[]): Timeline {
  const known = new Map(timeline.entries.map((entry) => [entry.id, entry]));
  const oldest = timeline.next === undefined ? '' : (timeline.entries.at(-1)?.id ?? '');
  const news = live.filter((entry) => entry.id > oldest && !isSame(known.get(entry.id), entry));
  if (news.length === 0) return timeline;
  for (const entry of news) {
    const before = known.get(entry.id);
    // A page told more of it: names, and more of long values.
    known.set(
      entry.id,
      before === undefined ? entry : { ...before, courseId: entry.courseId, changedBy: entry.changedBy, changedByName: null },
    );
  }
  return bounded({ ...timeline, entries: newestFirst([...known.values()]) });
}

/** Pure. A newest page, asked for again: what is known stays where the two meet, otherwise the page stands for all. */
export function withNewest(timeline: Timeline | undefined, page: Timeline): Timeline {
  const last = page.entries.at(-1)?.id;
  const newestKnown = timeline?.entries[0]?.id;
  if (timeline === undefined || newestKnown === undefined || last === undefined || newestKnown < last) return page;
  const entries = new Map([...timeline.entries, ...page.entries].map((entry) => [entry.id, entry]));
  const oldestKnown = timeline.entries.at(-1)?.id ?? '';
  const { next } = oldestKnown < last ? timeline : page;
  return bounded({ entries: newestFirst([...entries.values()]), ...(next === undefined ? {} : { next }) });
}

/** Pure. The page that follows. */
export function withOlder({ entries }: Timeline, page: Timeline): Timeline {
  const known = new Set(entries.map(({ id }) => id));
  return { ...page, entries: [...entries, ...page.entries.filter(({ id }) => !known.has(id))] };
}

/** Pure. Entries of one change: the fields of one thing that one person changed in one transaction, in the order of its columns. */
export function changesOf(entries: readonly AuditEntry[]): readonly (readonly AuditEntry[])[] {
  const changes: AuditEntry[][] = [];
  for (const entry of entries) {
    const last = changes.at(-1);
    if (last?.[0] !== undefined && isOneChange(last[0], entry)) last.unshift(entry);
    else changes.push([entry]);
  }
  return changes;
}

/** Ids are in the order of time. */
function newestFirst(entries: AuditEntry[]): AuditEntry[] {
  return entries.sort((a, b) => (a.id < b.id ? 1 : -1));
}

function bounded(timeline: Timeline): Timeline {
  const entries = timeline.entries.slice(0, MOST_ENTRIES);
  const last = entries.at(-1);
  return entries.length < timeline.entries.length && last !== undefined ? { entries, next: last.id } : timeline;
}

function isSame(known: AuditEntry | undefined, entry: AuditEntry): boolean {
  return known !== undefined && known.courseId === entry.courseId && known.changedBy === entry.changedBy;
}

function isOneChange(a: AuditEntry, b: AuditEntry): boolean {
  return (
    a.changedAt === b.changedAt && a.changedBy === b.changedBy && a.entityType === b.entityType && a.entityId === b.entityId
  );
}
