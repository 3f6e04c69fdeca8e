import { useMemo, type ReactNode } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { AdminsOnly } from '../admin/admins-only.tsx';
import type { SyncServer, SyncState } from '../data/tables.ts';
import { classes } from '../design/classes.ts';
import { LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { CoursesToLookAt } from './courses-to-look-at.tsx';
import { RowsChecked } from './rows-checked.tsx';
import { ServerTable } from './server-table.tsx';
import { overallHealth, serversHealth, totalOf, type Health, type ServerNumbers } from './sync-health.ts';
import { TEXT } from './text.ts';

export function SyncHealthPage(): ReactNode {
  return (
    <AdminsOnly>
      <SyncHealth />
    </AdminsOnly>
  );
}

/** How the synchronisation goes: rows of the stream, as everything else. */
function SyncHealth(): ReactNode {
  const { hasRows, connection, staleSeconds } = useSyncStatus();
  const servers = useRows<SyncServer>('sync_servers');
  const states = useRows<SyncState>('sync_status');
  const told = useMemo(() => serversHealth(servers), [servers]);
  const health = overallHealth(connection === 'live' && staleSeconds === undefined, told, states);
  return (
    <Page>
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle under={TEXT.under}>{TEXT.title}</PageTitle>
      {!hasRows ? (
        <LoadingCards />
      ) : (
        <div className="flex flex-col gap-8">
          <Overall health={health} />
          <Numbers numbers={totalOf(told)} states={states} />
          <RowsChecked mended={totalOf(told).rowsMended} />
          <CoursesToLookAt states={states} />
          <ServerTable servers={told} />
        </div>
      )}
    </Page>
  );
}

const FRAMES: Readonly<Record<Health, string>> = {
  good: 'border-accent/30 bg-accent-soft',
  behind: 'border-warn/30 bg-warn-soft',
  failing: 'border-danger/30 bg-danger-soft',
  stopped: 'border-danger/30 bg-danger-soft',
};

function Overall({ health }: { readonly health: Health }): ReactNode {
  return (
    <section role="status" className={classes('rounded-2xl border p-5 sm:p-7', FRAMES[health])}>
      <h2 className="text-2xl font-bold tracking-[-0.02em]">{TEXT.health[health]}</h2>
      <p className="mt-1">{TEXT.says[health]}</p>
    </section>
  );
}

function Numbers({ numbers, states }: { readonly numbers: ServerNumbers; readonly states: readonly SyncState[] }): ReactNode {
  const count = (wanted: SyncState['status']): number => states.filter(({ status }) => status === wanted).length;
  const tiles: readonly (readonly [label: string, value: number, hint?: string])[] = [
    [TEXT.connected, numbers.connectedClients],
    [TEXT.admins, numbers.adminConnections],
    [TEXT.users, numbers.userConnections],
    [TEXT.messages, numbers.messagesSent],
    [TEXT.errors, numbers.errors, TEXT.errorsHint],
    [TEXT.read, count('success'), TEXT.reader],
    [TEXT.pending, count('pending'), TEXT.reader],
    [TEXT.failed, count('failed'), TEXT.reader],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {tiles.map(([label, value, hint]) => (
        <div key={label} className="flex flex-col rounded-2xl border border-line bg-surface px-5 py-4">
          <dt className="text-sm font-medium text-soft">
            {label}
            {hint !== undefined && <span className="block text-xs font-normal text-faint">{hint}</span>}
          </dt>
          <dd className="mt-auto pt-1 text-3xl font-bold tracking-[-0.02em] tabular-nums">{value.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}
