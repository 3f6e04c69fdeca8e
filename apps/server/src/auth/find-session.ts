import type pg from 'pg';
import { readTogether } from '@elira/sync-server';
import type { Role } from '../viewer.ts';

/** A live session of a person who is not banned. */
export type Session = {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
};

/** Sessions that are looked up in one statement. */
const MOST_AT_ONCE = 1_000;

/** By the unique index of the token, then by the primary key: two rows for each, however many people there are. */
const BY_TOKENS = `
  SELECT s.token, s.id, extract(epoch FROM s.expires_at) * 1000 AS expires, u.id AS user_id, u.name, u.email, u.role
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token = ANY ($1::text[]) AND s.expires_at > now() AND (NOT u.banned OR u.ban_expires <= now())`;

type Row = {
  readonly token: string;
  readonly id: string;
  readonly expires: string;
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
};

/**
 * Undefined: there is no such session, it is over, or its user is banned. Asked anew for every request, nothing is kept; those who ask
 * while a statement is under way are answered by the next one.
 */
export function makeFindSession(pool: pg.Pool): (token: string) => Promise<Session | undefined> {
  return readTogether<string, Session | undefined>(
    async (tokens) => {
      const { rows } = await pool.query<Row>({ name: 'sessions by tokens', text: BY_TOKENS, values: [[...new Set(tokens)]] });
      const found = new Map(rows.map((row) => [row.token, row]));
      return (token) => toSession(found.get(token));
    },
    { most: MOST_AT_ONCE, gather: true },
  );
}

function toSession(row: Row | undefined): Session | undefined {
  if (row === undefined) return undefined;
  const { user_id: id, name, email, role } = row;
  return { id: row.id, expiresAt: Math.floor(Number(row.expires)), user: { id, name, email, role } };
}
