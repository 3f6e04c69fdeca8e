import { createContext, use, useSyncExternalStore, type ReactNode } from 'react';
import type { IntegrityState, IntegrityWatch } from '@elira/sync-client';
import { SyncProvider, useRow } from '@elira/sync-react';
import type { User } from '../data/tables.ts';
import type { Person } from './person.ts';
import type { Session, SessionState } from './session.ts';

type Here = {
  readonly session: Session;
  readonly person: Person | undefined;
  readonly integrity: IntegrityWatch;
  readonly ended: boolean;
};
const SessionContext = createContext<Here | undefined>(undefined);

export type SessionProviderProps = {
  readonly session: Session;
  readonly children: ReactNode;
  /** What to show while nobody is here yet. */
  readonly fallback: (state: Exclude<SessionState, { kind: 'here' }>) => ReactNode;
};

export function SessionProvider({ session, children, fallback }: SessionProviderProps): ReactNode {
  const state = useSyncExternalStore(session.subscribe, session.state);
  if (state.kind !== 'here') return fallback(state);
  const { person, client, integrity, ended } = state;
  return (
    // The key lets no state of a component pass from one person to the next.
    <SyncProvider client={client} key={person?.id ?? 'nobody'}>
      <SessionContext value={{ session, person, integrity, ended }}>{children}</SessionContext>
    </SyncProvider>
  );
}

export function useSession(): Here {
  const here = use(SessionContext);
  if (here === undefined) throw new Error('There is no session here: put a <SessionProvider> above this component.');
  return here;
}

/** The person who is signed in, kept up to date by their own row in the stream. */
export function usePerson(): Person | undefined {
  const { person } = useSession();
  const row = useRow<User>('users', person?.id);
  if (person === undefined) return undefined;
  return { ...person, name: row?.name ?? person.name, role: row?.role ?? person.role };
}

/** How the rows of this tab were found when they were last compared with the database. */
export function useIntegrity(): IntegrityState {
  const { integrity } = useSession();
  return useSyncExternalStore(integrity.subscribe, integrity.state);
}
