import type { ReactNode } from 'react';
import { TEXT } from './text.ts';

/** A number on a sign; said to screen readers when it rises or falls. */
export function UnreadCount({ count }: { readonly count: number }): ReactNode {
  return (
    <>
      {count > 0 && (
        <span
          aria-hidden="true"
          className="absolute -top-0.5 -right-0.5 min-w-4.5 rounded-full bg-accent px-1 text-center text-[0.6875rem] leading-4.5 font-semibold text-on-accent tabular-nums"
        >
          {count > 99 ? '99+' : count}
        </span>
      )}
      <span className="sr-only" role="status">
        {count > 0 ? TEXT.unread(count) : ''}
      </span>
    </>
  );
}
