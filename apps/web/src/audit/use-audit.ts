import { useCallback, useEffect, useMemo, useState } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { told } from '../data/problem.ts';
import type { RecentAudit } from '../data/tables.ts';
import { isWanted, type AuditFilters } from './audit-filters.ts';
import { readAudit } from './read-audit.ts';
import { withLive, withNewest, withOlder, type Timeline } from './timeline.ts';

export type Audit = {
  readonly timeline: Timeline;
  /** Whether the past has not been read yet. */
  readonly isReading: boolean;
  /** Why it could not be read. */
  readonly failure: string | undefined;
  readonly again: () => void;
  readonly older: () => Promise<void>;
};

const NOTHING: Timeline = { entries: [] };

/** What was read: without a gap as of an interruption of the stream, and of a change too large for it. */
type Read = { readonly timeline: Timeline; readonly round: number; readonly gap: string };

/**
 * The audit as it happens: the past is asked for when somebody looks, and again when the stream was interrupted or could not bring all of
 * it; what is new comes by the stream. It is for one set of filters: whoever changes them begins anew.
 */
export function useAudit(filters: AuditFilters): Audit {
  const isLive = useSyncStatus().connection === 'live';
  const recent = useRows<RecentAudit>('recent_audit');
  const live = useMemo(() => recent.filter((entry) => isWanted(entry, filters)), [recent, filters]);
  const [read, setRead] = useState<Read>();
  const [failure, setFailure] = useState<string>();
  const [asked, setAsked] = useState(0);
  const round = useInterruptions(isLive) + asked;
  const gap = newestGap(recent, read?.gap ?? '');

  useEffect(() => {
    let isOpen = true;
    readAudit(filters).then(
      (page) => {
        if (!isOpen) return;
        setRead((known) => ({ timeline: withNewest(known?.timeline, page), round, gap }));
        setFailure(undefined);
      },
      (error: unknown) => {
        if (isOpen) setFailure(told(error));
      },
    );
    return () => {
      isOpen = false;
    };
  }, [filters, round, gap]);

  const isReading = read === undefined && failure === undefined;
  const timeline = read?.timeline ?? NOTHING;
  const isWhole = isLive && read?.round === round && read.gap === gap;
  // Where something may be missing in between, a page is on its way; without one, what the stream holds is better than nothing.
  const shown = isWhole || failure !== undefined ? withLive(timeline, live) : timeline;
  // Kept, since the stream lets go of what is old.
  if (isWhole && shown !== timeline) setRead({ ...read, timeline: shown });

  const again = useCallback(() => setAsked((count) => count + 1), []);
  const older = async (): Promise<void> => {
    const page = await readAudit(filters, shown.next);
    // Meanwhile the past may have been read anew, and end elsewhere.
    setRead((known) =>
      known?.timeline.next === shown.next && known !== undefined
        ? { ...known, timeline: withOlder(known.timeline, page) }
        : known,
    );
  };
  return { timeline: shown, isReading, failure, again, older };
}

/** How often the stream has come back after it was gone. */
function useInterruptions(isLive: boolean): number {
  const [seen, setSeen] = useState({ isLive, wasLive: isLive, count: 0 });
  if (seen.isLive === isLive) return seen.count;
  const count = isLive && seen.wasLive ? seen.count + 1 : seen.count;
  setSeen({ isLive, wasLive: seen.wasLive || isLive, count });
  return count;
}

/** Pure. The newest entry before which others are missing, or `known` when that one is newer. */
function newestGap(recent: readonly RecentAudit[], known: string): string {
  return recent.reduce((newest, { id, afterGap }) => (afterGap && id > newest ? id : newest), known);
}
