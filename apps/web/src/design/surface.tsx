import type { ReactNode } from 'react';
import { classes } from './classes.ts';

type Holding = { readonly children: ReactNode; readonly className?: string };

/** A page's content, centred, with room around it. */
export function Page({ children, className }: Holding): ReactNode {
  return (
    <div className={classes('mx-auto w-full max-w-6xl animate-[appear_200ms_ease-out] px-4 py-8 sm:px-8 sm:py-12', className)}>
      {children}
    </div>
  );
}

export function Card({ children, className }: Holding): ReactNode {
  return <section className={classes('rounded-2xl border border-line bg-surface p-5 sm:p-7', className)}>{children}</section>;
}

export type PageTitleProps = {
  readonly children: ReactNode;
  /** A line above: where this belongs. */
  readonly over?: ReactNode;
  /** A paragraph below. */
  readonly under?: ReactNode;
  /** What can be done here. */
  readonly actions?: ReactNode;
};

export function PageTitle({ children, over, under, actions }: PageTitleProps): ReactNode {
  return (
    <header className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-5 sm:mb-10">
      <div className="min-w-0 max-w-3xl">
        {over !== undefined && <div className="mb-2 text-sm font-medium text-soft">{over}</div>}
        <h1 className="text-[1.75rem] font-bold tracking-[-0.022em] sm:text-4xl">{children}</h1>
        {under !== undefined && <div className="mt-3 max-w-prose text-lg leading-relaxed text-soft">{under}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-3">{actions}</div>}
    </header>
  );
}

export function SectionTitle({ children, aside }: { readonly children: ReactNode; readonly aside?: ReactNode }): ReactNode {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <h2 className="text-xl font-semibold tracking-[-0.015em]">{children}</h2>
      {aside}
    </div>
  );
}
