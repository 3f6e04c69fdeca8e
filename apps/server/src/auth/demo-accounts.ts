import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { ClientConfig } from 'pg';
import { asRole, withClient } from '../database/connection.ts';
import { OperatorError } from '../operator-error.ts';
import type { Role } from '../viewer.ts';

/** People of the demonstration. Their password is public, so they exist outside production alone. */
export const DEMO_PASSWORD = 'elira-demo-2026';

export const DEMO_ACCOUNTS: readonly { readonly email: string; readonly name: string; readonly role: Role }[] = [
  { email: 'admin@elira.example', name: 'Demo admin', role: 'admin' },
  { email: 'instructor@elira.example', name: 'Demo instructor', role: 'instructor' },
  { email: 'learner@elira.example', name: 'Demo learner', role: 'learner' },
  { email: 'learner2@elira.example', name: 'Second demo learner', role: 'learner' },
];

const EMAILS = DEMO_ACCOUNTS.map(({ email }) => email);

/** Makes the accounts in a new database. */
export async function makeDemoAccounts(connection: ClientConfig): Promise<void> {
  // One hash for all: the salt has nothing to protect in a password that everybody knows.
  const hash = await hashPassword(DEMO_PASSWORD);
  await withClient(asRole(connection, 'elira_auth'), async (client) => {
    for (const { email, name, role } of DEMO_ACCOUNTS) {
      const id = randomUUID();
      await client.query('INSERT INTO users (id, name, email, email_verified, role) VALUES ($1, $2, $3, true, $4)', [
        id,
        name,
        email,
        role,
      ]);
      await client.query(
        "INSERT INTO accounts (id, user_id, account_id, provider_id, password) VALUES ($1, $2, $3, 'credential', $4)",
        [randomUUID(), id, id, hash],
      );
    }
  });
}

/** Which of them are in the database, by e-mail address. */
export async function demoAccountsIn(connection: ClientConfig): Promise<readonly string[]> {
  return await withClient(asRole(connection, 'elira_auth'), async (client) => {
    const { rows } = await client.query<{ email: string }>('SELECT email FROM users WHERE email = ANY ($1::text[])', [EMAILS]);
    return EMAILS.filter((wanted) => rows.some(({ email }) => email === wanted));
  });
}

/** Throws `OperatorError` when a database of the demonstration is about to be used in production. */
export async function refuseDemoAccounts(connection: ClientConfig): Promise<void> {
  const found = await demoAccountsIn(connection);
  if (found.length === 0) return;
  throw new OperatorError(
    `This database holds accounts of the demonstration, whose password is public: ${found.join(', ')}.`,
    "Use another database in production, or remove them: DELETE FROM users WHERE email LIKE '%@elira.example';",
  );
}
