import { useState, type ReactNode } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import type { User } from '../data/tables.ts';
import { Badge } from '../design/badge.tsx';
import { Field } from '../design/field.tsx';
import { LoadingText } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { TEXT } from './text.ts';

/** Rows drawn at once; a search finds the others. */
const MOST_ROWS = 200;

export function UsersPage(): ReactNode {
  return (
    <AdminsOnly>
      <Users />
    </AdminsOnly>
  );
}

function Users(): ReactNode {
  const { hasRows } = useSyncStatus();
  const users = useRows<User>('users', { orderBy: 'name' });
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLocaleLowerCase();
  const found = users.filter(({ name, email }) => `${name} ${email ?? ''}`.toLocaleLowerCase().includes(wanted));
  return (
    <Page>
      <title>{`${TEXT.users.title} · Elira`}</title>
      <PageTitle under={hasRows ? TEXT.users.under(users.length) : undefined}>{TEXT.users.title}</PageTitle>
      {!hasRows ? (
        <LoadingText />
      ) : (
        <>
          <Field
            label={TEXT.users.find}
            placeholder={TEXT.users.findPlaceholder}
            type="search"
            value={filter}
            onChange={setFilter}
            className="mb-6 max-w-sm"
          />
          {found.length === 0 ? (
            <p className="text-soft">{TEXT.users.none}</p>
          ) : (
            <UserTable users={found.slice(0, MOST_ROWS)} />
          )}
          {found.length > MOST_ROWS && <p className="mt-4 text-soft">{TEXT.users.more(found.length - MOST_ROWS)}</p>}
        </>
      )}
    </Page>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }): ReactNode {
  const cell = 'px-4 py-3 text-left';
  return (
    <div
      className="overflow-x-auto rounded-2xl border border-line bg-surface"
      role="region"
      aria-label={TEXT.users.title}
      tabIndex={0}
    >
      <table className="w-full text-[0.9375rem]">
        <thead className="bg-sunken text-sm text-soft">
          <tr>
            {[TEXT.users.name, TEXT.users.email, TEXT.users.role, TEXT.users.since].map((name) => (
              <th key={name} scope="col" className={`${cell} font-medium whitespace-nowrap`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.map(({ id, name, email, role, banned, createdAt }) => (
            <tr key={id} className="border-t border-line">
              <td className={`${cell} font-medium whitespace-nowrap`}>{name}</td>
              <td className={`${cell} text-soft`}>{email}</td>
              <td className={cell}>
                <span className="flex gap-2">
                  <Badge tone={role === 'admin' ? 'warn' : role === 'instructor' ? 'good' : 'plain'}>{roleName(role)}</Badge>
                  {banned === true && <Badge tone="danger">{TEXT.users.banned}</Badge>}
                </span>
              </td>
              <td className={`${cell} whitespace-nowrap text-soft tabular-nums`}>
                {createdAt === undefined ? '' : new Date(createdAt).toLocaleDateString()}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function roleName(role: string | undefined): string {
  const names: Readonly<Record<string, string>> = TEXT.users.roles;
  return names[role ?? ''] ?? role ?? '';
}
