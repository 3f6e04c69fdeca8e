import type { ReactNode } from 'react';
import { classes } from './classes.ts';

type Saying = {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
};

export type EmptyStateProps = Saying & {
  /** Nothing else is on the page, so the title is the page's. */
  readonly isWholePage?: boolean;
};

/** A place with nothing in it: says why, and what to do. */
export function EmptyState({ title, children, actions, isWholePage = false }: EmptyStateProps): ReactNode {
  const Title = isWholePage ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-lg animate-[appear_200ms_ease-out] flex-col items-center gap-3 rounded-2xl border border-dashed border-line-strong/50 px-6 py-14 text-center">
      <span aria-hidden="true" className="mb-1 grid size-12 place-items-center rounded-full bg-accent-soft text-accent">
        <svg viewBox="0 0 24 24" className="size-6" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
          <path d="M5 5h14M5 10h9M5 15h14M5 20h6" />
        </svg>
      </span>
      <Title className="text-lg font-semibold">{title}</Title>
      {children !== undefined && <div className="text-soft">{children}</div>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-3">{actions}</div>}
    </div>
  );
}

export type NoticeTone = 'plain' | 'warn' | 'danger' | 'good';

const TONES: Readonly<Record<NoticeTone, string>> = {
  plain: 'bg-sunken text-ink border-line',
  good: 'bg-accent-soft text-ink border-accent/30',
  warn: 'bg-warn-soft text-ink border-warn/30',
  danger: 'bg-danger-soft text-ink border-danger/30',
};

/** Something to know before going on. `role="alert"` for what failed, otherwise it is read when convenient. */
export function Notice({
  tone = 'plain',
  title,
  children,
  actions,
}: Partial<Saying> & { readonly tone?: NoticeTone }): ReactNode {
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={classes(
        'flex flex-wrap items-center justify-between gap-3 rounded-xl border px-4 py-3 text-[0.9375rem]',
        TONES[tone],
      )}
    >
      <div className="min-w-0 flex-1 basis-60">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children !== undefined && <div className={classes(title !== undefined && 'mt-0.5 text-soft')}>{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}

/** Where a text will be. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return (
    <span
      aria-hidden="true"
      className={classes('block animate-[breathe_1.6s_ease-in-out_infinite] rounded-md bg-line', className)}
    />
  );
}

/** What is loading, said once; its shape is shown by skeletons. */
export function Loading({
  label = 'Loading…',
  children,
}: {
  readonly label?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}

export function LoadingCards({ count = 3 }: { readonly count?: number }): ReactNode {
  return (
    <Loading>
      <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
        {Array.from({ length: count }, (_, index) => (
          <div key={index} className="overflow-hidden rounded-2xl border border-line bg-surface">
            <Skeleton className="h-28 rounded-none" />
            <div className="flex flex-col gap-3 p-5">
              <Skeleton className="h-5 w-3/4" />
              <Skeleton className="h-4 w-full" />
              <Skeleton className="h-4 w-2/3" />
            </div>
          </div>
        ))}
      </div>
    </Loading>
  );
}

export function LoadingText(): ReactNode {
  return (
    <Loading>
      <div className="flex max-w-2xl flex-col gap-4">
        <Skeleton className="h-9 w-2/3" />
        <Skeleton className="mt-4 h-4 w-full" />
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-4 w-full" />
      </div>
    </Loading>
  );
}
