import type { ClientConfig } from 'pg';

/** How to reach an embedded server: by its socket (`host` is a folder) or by 127.0.0.1 and a password. */
export type EmbeddedConnection = ClientConfig & {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

/** A URL that libpq and node-postgres read alike; a socket's folder goes into the query, since it is no host name. Pure. */
export function connectionUrl({ host, port, user, database, password }: EmbeddedConnection): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  const who = `${encodeURIComponent(user)}${secret}`;
  const path = encodeURIComponent(database);
  if (!host.startsWith('/')) return `postgresql://${who}@${host}:${port}/${path}`;
  const folder = encodeURIComponent(host).replaceAll('%2F', '/');
  return `postgresql://${who}@/${path}?host=${folder}&port=${port}`;
}
