import { useCallback, useEffect, useMemo, useState } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { told } from '../data/problem.ts';
import type { RecentAudit } from '../data/tables.ts';
import { isWanted, type AuditFilters } from './audit-filters.ts';
import { readAudit } from './read-audit.ts';
import { withLive, withNewest, withOlder, type Timeline } from './timeline.ts';

export type Audit = {
  readonly timeline: Timeline;
  /** Whether the past has not been read yet; what the stream brings is there. */
  readonly isReading: boolean;
  /** Why it could not be read. */
  readonly failure: string | undefined;
  readonly again: () => void;
  readonly older: () => Promise<void>;
};

const NOTHING: Timeline = { entries: [] };

/**
 * The audit as it happens: the past is asked for when somebody looks and when the stream was interrupted, what is new comes by the
 * stream. It is for one set of filters: whoever changes them begins anew.
 */
export function useAudit(filters: AuditFilters): Audit {
  const recent = useRows<RecentAudit>('recent_audit');
  const live = useMemo(() => recent.filter((entry) => isWanted(entry, filters)), [recent, filters]);
  const [read, setRead] = useState<Timeline>();
  const [failure, setFailure] = useState<string>();
  const [asked, setAsked] = useState(0);
  const round = useInterruptions() + asked;

  useEffect(() => {
    let isOpen = true;
    readAudit(filters).then(
      (page) => {
        if (!isOpen) return;
        setRead((known) => withNewest(known, page));
        setFailure(undefined);
      },
      (error: unknown) => {
        if (isOpen) setFailure(told(error));
      },
    );
    return () => {
      isOpen = false;
    };
  }, [filters, round]);

  // Kept here: the stream lets go of what others are newer than.
  const shown = withLive(read ?? NOTHING, live);
  if (read !== undefined && shown !== read) setRead(shown);

  const again = useCallback(() => setAsked((count) => count + 1), []);
  const older = async (): Promise<void> => {
    const page = await readAudit(filters, shown.next);
    setRead((known) => withOlder(known ?? NOTHING, page));
  };
  return { timeline: shown, isReading: read === undefined && failure === undefined, failure, again, older };
}

/** How often the stream has come back after it was gone. */
function useInterruptions(): number {
  const isLive = useSyncStatus().connection === 'live';
  const [seen, setSeen] = useState({ isLive, wasLive: isLive, count: 0 });
  if (seen.isLive !== isLive)
    setSeen({ isLive, wasLive: seen.wasLive || isLive, count: isLive && seen.wasLive ? seen.count + 1 : seen.count });
  return seen.count;
}
