import type { ReactNode } from 'react';
import { usePerson } from '../app/session-context.tsx';
import { EmptyState } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/** Says whom a page is for. What may be seen is decided by the server, which sends nobody else these rows. */
export function AdminsOnly({ children }: { readonly children: ReactNode }): ReactNode {
  const person = usePerson();
  if (person?.role === 'admin') return children;
  return (
    <Page>
      <EmptyState isWholePage title={TEXT.forbidden.title}>
        {TEXT.forbidden.body}
      </EmptyState>
    </Page>
  );
}
