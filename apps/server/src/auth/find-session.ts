import type pg from 'pg';
import type { Role } from '../viewer.ts';

/** A live session of a person who is not banned. */
export type Session = {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
};

/** By the unique index of the token, then by the primary key: two rows, however many people there are. */
const BY_TOKEN = `
  SELECT s.id, extract(epoch FROM s.expires_at) * 1000 AS expires, u.id AS user_id, u.name, u.email, u.role
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token = $1 AND s.expires_at > now() AND (NOT u.banned OR u.ban_expires <= now())`;

type Row = {
  readonly id: string;
  readonly expires: string;
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
};

/** Undefined: there is no such session, it is over, or its user is banned. Asked anew for every request, nothing is kept. */
export async function findSession(pool: pg.Pool, token: string): Promise<Session | undefined> {
  const { rows } = await pool.query<Row>({ name: 'session by token', text: BY_TOKEN, values: [token] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { user_id: id, name, email, role } = row;
  return { id: row.id, expiresAt: Math.floor(Number(row.expires)), user: { id, name, email, role } };
}
