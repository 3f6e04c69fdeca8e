import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { EmptyState, LoadingText, Notice } from '../design/states.tsx';
import { toasts } from '../design/toasts.tsx';
import { AuditChange } from './audit-change.tsx';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditFilters } from './audit-filters.ts';
import { TEXT } from './text.ts';
import { changesOf } from './timeline.ts';
import { useAudit } from './use-audit.ts';
import type { NameOf } from './use-names.ts';

export type AuditTimelineProps = {
  /** The same object for as long as it is the same question. */
  readonly filters: AuditFilters;
  readonly nameOf: NameOf;
  readonly namesCourse: boolean;
  /** Whether somebody chose to see only a part. */
  readonly isNarrowed: boolean;
};

/** What was changed, day by day, the newest first. */
export function AuditTimeline({ filters, nameOf, namesCourse, isNarrowed }: AuditTimelineProps): ReactNode {
  const { timeline, isReading, failure, again, older } = useAudit(filters);
  const { entries, next } = timeline;
  const words = isNarrowed ? TEXT.none : TEXT.empty;
  return (
    <div className="flex flex-col gap-6">
      {failure !== undefined && (
        <Notice
          tone="danger"
          title={TEXT.failed.title}
          actions={
            <Button look="secondary" size="small" onPress={again}>
              {TEXT.failed.action}
            </Button>
          }
        >
          {failure}
        </Notice>
      )}
      {entries.length === 0 && !isReading && failure === undefined && <EmptyState title={words.title}>{words.body}</EmptyState>}
      {daysOf(entries).map(({ day, changes }) => (
        <section key={day} aria-label={day}>
          <h2 className="mb-3 text-sm font-semibold text-soft">{day}</h2>
          <ol className="flex flex-col gap-3">
            {changes.map((change) => (
              <li key={change[0]?.id} className="animate-[appear_200ms_ease-out]">
                <AuditChange entries={change} nameOf={nameOf} namesCourse={namesCourse} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {isReading && <LoadingText />}
      {next !== undefined && <Older onOlder={older} />}
      {next === undefined && entries.length > 0 && !isReading && failure === undefined && !isNarrowed && (
        <p className="text-center text-sm text-faint">{TEXT.end}</p>
      )}
    </div>
  );
}

function Older({ onOlder }: { readonly onOlder: () => Promise<void> }): ReactNode {
  const [isPending, setIsPending] = useState(false);
  const show = async (): Promise<void> => {
    setIsPending(true);
    try {
      await onOlder();
    } catch {
      toasts.say(TEXT.olderFailed, 'danger');
    } finally {
      setIsPending(false);
    }
  };
  return (
    <Button look="secondary" className="self-center" isPending={isPending} onPress={() => void show()}>
      {TEXT.older}
    </Button>
  );
}

/** Pure. Changes under the days on which they were made. */
function daysOf(entries: readonly AuditEntry[]): readonly { day: string; changes: (readonly AuditEntry[])[] }[] {
  const days: { day: string; changes: (readonly AuditEntry[])[] }[] = [];
  for (const change of changesOf(entries)) {
    const day = new Date(change[0]?.changedAt ?? 0).toLocaleDateString(undefined, { dateStyle: 'full' });
    const last = days.at(-1);
    if (last?.day === day) last.changes.push(change);
    else days.push({ day, changes: [change] });
  }
  return days;
}
