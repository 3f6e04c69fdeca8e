import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import { makeCanary } from '@elira/testkit';
import { readTogether } from '@elira/sync-server';
import type { TrialDatabase } from '../database/trial-database.ts';

const TRY_AGAIN_MS = 300;
/** Where hundreds may stand before the door. */
const TRY_AGAIN_LATER_MS = 3_000;

/** Of users their newest sessions, by user. */
const NEWEST = `SELECT DISTINCT ON (user_id) user_id, id FROM sessions WHERE user_id::text = ANY ($1) ORDER BY user_id, created_at DESC, id`;

/** Answers with the id of a user's newest session, or undefined when there is none. */
export type NewestSession = (user: string) => Promise<string | undefined>;

/** Those who ask while a statement is under way are answered by the next one, together: behind the same door hundreds stand at once. */
export function newestSessions(database: Pick<TrialDatabase, 'query'>): NewestSession {
  return readTogether<string, string | undefined>(
    async (users) => {
      const rows = await database.query<{ user_id: string; id: string }>(NEWEST, [[...new Set(users)]]);
      const found = new Map(rows.map(({ user_id: user, id }) => [user, id]));
      return (user) => found.get(user);
    },
    { most: 1_000, width: 2 },
  );
}

type PersonalDoorOptions = {
  readonly database: Pick<TrialDatabase, 'query'>;
  readonly newestSession?: NewestSession;
  readonly random: Random;
  readonly patience?: 'full';
};

/**
 * What a browser's cookies and a sign-in page are to a person: the newest session there is, also one that began elsewhere (another tab),
 * and a new one when there is none.
 */
export class PersonalDoor {
  readonly #user: string;
  readonly #database: Pick<TrialDatabase, 'query'>;
  readonly #newestSession: NewestSession;
  readonly #random: Random;
  readonly #tryAgainMs: number;
  #last = 'none';

  constructor(user: string, { database, newestSession = newestSessions(database), random, patience }: PersonalDoorOptions) {
    [this.#user, this.#database, this.#newestSession, this.#random] = [user, database, newestSession, random.fork('sessions')];
    this.#tryAgainMs = patience === 'full' ? TRY_AGAIN_LATER_MS : TRY_AGAIN_MS;
  }

  /** The id of the session to name; one that is over where there is no other. */
  async session(): Promise<string> {
    const found = await this.#newestSession(this.#user).catch(() => undefined);
    this.#last = found ?? this.#last;
    return this.#last;
  }

  /** Tries until there is a session that will do. False when nobody waits any more. */
  async signIn(isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const made = await this.#database
        .query(
          `INSERT INTO sessions (id, user_id, token, expires_at) SELECT $1, u.id, $3, now() + interval '1 day' FROM users u
           WHERE u.id = $2 AND NOT u.banned RETURNING id`,
          [this.#random.hex(32), this.#user, makeCanary('hidden', this.#random)],
        )
        .catch(() => []);
      if (made.length > 0) return true;
      await sleep(this.#tryAgainMs * (0.5 + this.#random.next()));
    }
    return false;
  }
}
