import type { ReactNode } from 'react';
import { useBlocker } from '@tanstack/react-router';
import { AskDialog } from '../design/dialog.tsx';
import { TEXT } from './text.ts';

export type LeaveGuardProps = {
  readonly isDirty: boolean;
  /** When the text is given up. */
  readonly onLeave?: () => void;
};

/** Asks before a page with unsaved text is left, by a link, the browser's buttons, or closing the tab. */
export function LeaveGuard({ isDirty, onLeave }: LeaveGuardProps): ReactNode {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  return (
    <AskDialog
      isOpen={status === 'blocked'}
      title={TEXT.leave.title}
      cancel={TEXT.leave.stay}
      confirm={TEXT.leave.leave}
      onCancel={() => reset?.()}
      onConfirm={() => {
        onLeave?.();
        proceed?.();
      }}
    >
      {TEXT.leave.body}
    </AskDialog>
  );
}
