import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from '@tanstack/react-router';
import { usePerson } from '../app/session-context.tsx';
import { EmptyState } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/**
 * A page for administrators, with the way to the others. What may be seen is decided by the server, which sends nobody else these rows.
 */
export function AdminsOnly({ children }: { readonly children: ReactNode }): ReactNode {
  const person = usePerson();
  if (person?.role === 'admin') {
    return (
      <>
        <AdminPlaces />
        {children}
      </>
    );
  }
  return (
    <Page>
      <EmptyState isWholePage title={TEXT.forbidden.title}>
        {TEXT.forbidden.body}
      </EmptyState>
    </Page>
  );
}

const PLACES = [
  ['/admin/courses', TEXT.nav.courses],
  ['/admin/users', TEXT.nav.users],
  ['/admin/activity', TEXT.nav.activity],
  ['/admin/audit', TEXT.nav.audit],
  ['/admin/sync', TEXT.nav.sync],
] as const;

function AdminPlaces(): ReactNode {
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the places are scrolled, and where one is should be seen.
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <nav ref={nav} aria-label={TEXT.nav.label} className="border-b border-line">
      <div className="mx-auto flex max-w-6xl gap-1 overflow-x-auto px-4 sm:px-8">
        {PLACES.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            className="border-b-2 border-transparent px-3 py-3 text-[0.9375rem] font-medium whitespace-nowrap text-soft no-underline transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
          >
            {name}
          </Link>
        ))}
      </div>
    </nav>
  );
}
