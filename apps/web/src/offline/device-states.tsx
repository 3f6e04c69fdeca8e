import { useEffect, useState, type ReactNode } from 'react';
import type { SyncClient } from '@elira/sync-client';
import { useOutbox, useSyncClient, useSyncStatus } from '@elira/sync-react';
import { Button } from '../design/button.tsx';
import { EmptyState, Notice } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';
import { useIsCutOff } from './use-is-cut-off.ts';

/** What is shown without a connection: what is on the device, or that there is nothing. What was shown once stays, rows or not: somebody may be typing. */
export function OnDevice({ children }: { readonly children: ReactNode }): ReactNode {
  const { hasRows } = useSyncStatus();
  const isCutOff = useIsCutOff();
  const client = useSyncClient();
  const [shownOf, setShownOf] = useState<SyncClient>();
  if (hasRows && shownOf !== client) setShownOf(client);
  if (hasRows || !isCutOff || shownOf === client) return children;
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.nothingHere.title}
        actions={<Button onPress={() => client.wake()}>{TEXT.nothingHere.again}</Button>}
      >
        {TEXT.nothingHere.body}
      </EmptyState>
    </Page>
  );
}

/** What a browser removed before it was sent is told, once. */
export function LostChanges(): ReactNode {
  const { hasLost, dismissLoss } = useOutbox();
  if (!hasLost) return null;
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-4 sm:px-8">
      <Notice
        tone="warn"
        title={TEXT.lost.title}
        actions={
          <Button look="secondary" size="small" onPress={dismissLoss}>
            {TEXT.lost.dismiss}
          </Button>
        }
      >
        {TEXT.lost.body}
      </Notice>
    </div>
  );
}

/** Where a browser stores nothing: said before somebody relies on it, and asked before what would be lost is left. */
export function KeepsNothing(): ReactNode {
  const { isKept, unsent } = useOutbox();
  const [isDismissed, setIsDismissed] = useState(false);
  const isAtRisk = !isKept && unsent > 0;
  useEffect(() => {
    if (!isAtRisk) return;
    const ask = (event: Event): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isAtRisk]);
  if (isKept || (isDismissed && !isAtRisk)) return null;
  const { title, body, unsent: words, dismiss } = TEXT.keepsNothing;
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-4 sm:px-8">
      <Notice
        tone="warn"
        title={title}
        actions={
          !isAtRisk && (
            <Button look="secondary" size="small" onPress={() => setIsDismissed(true)}>
              {dismiss}
            </Button>
          )
        }
      >
        {isAtRisk ? words : body}
      </Notice>
    </div>
  );
}
