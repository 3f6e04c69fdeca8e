import type { ReactNode } from 'react';
import { useSyncClient, useSyncStatus } from '@elira/sync-react';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { useIsOnLine } from '../offline/use-is-on-line.ts';
import { freshnessWord } from './freshness-word.ts';
import { TEXT } from './text.ts';

/** How fresh what is on the screen is: a small dot while all is well, words when not. */
export function FreshnessIndicator(): ReactNode {
  const status = useSyncStatus();
  const client = useSyncClient();
  const { text, tone } = freshnessWord(status, useIsOnLine());
  const quiet = tone === 'quiet';
  return (
    <div
      role="status"
      title={text}
      data-freshness={tone}
      className={classes(
        'flex items-center gap-2 rounded-full text-sm font-medium whitespace-nowrap',
        quiet ? 'px-1.5 py-1.5' : 'px-3 py-1',
        tone === 'warn' && 'bg-warn-soft text-warn',
        tone === 'danger' && 'bg-danger-soft text-danger',
      )}
    >
      <span
        aria-hidden="true"
        className={classes(
          'size-2 shrink-0 rounded-full',
          quiet ? 'bg-accent' : tone === 'warn' ? 'animate-[breathe_1.6s_infinite] bg-warn' : 'bg-danger',
        )}
      />
      <span className={quiet ? 'sr-only' : undefined}>{text}</span>
      {status.connection === 'stopped' && status.problem?.code !== 'not_signed_in' && (
        <Button look="quiet" size="small" onPress={() => client.start()}>
          {TEXT.freshness.again}
        </Button>
      )}
    </div>
  );
}
