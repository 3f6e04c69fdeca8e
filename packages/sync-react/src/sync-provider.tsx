import { createContext, use, type ReactNode } from 'react';
import type { SyncClient } from '@elira/sync-client';

const ClientContext = createContext<SyncClient | undefined>(undefined);

/** Lets the hooks below it show the rows of `client`. Starting and stopping the client stays with its owner. */
export function SyncProvider({ client, children }: { readonly client: SyncClient; readonly children: ReactNode }): ReactNode {
  return <ClientContext value={client}>{children}</ClientContext>;
}

export function useSyncClient(): SyncClient {
  const client = use(ClientContext);
  if (client === undefined)
    throw new Error('There is no sync client here: put a <SyncProvider client={…}> above this component.');
  return client;
}
