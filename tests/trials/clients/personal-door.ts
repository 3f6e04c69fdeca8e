import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import { makeCanary } from '@elira/testkit';
import type { TrialDatabase } from '../database/trial-database.ts';

const TRY_AGAIN_MS = 300;
/** Where hundreds may stand before the door. */
const TRY_AGAIN_LATER_MS = 3_000;

type PersonalDoorOptions = {
  readonly database: Pick<TrialDatabase, 'query'>;
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
  readonly #random: Random;
  readonly #tryAgainMs: number;
  #last = 'none';

  constructor(user: string, { database, random, patience }: PersonalDoorOptions) {
    [this.#user, this.#database, this.#random] = [user, database, random.fork('sessions')];
    this.#tryAgainMs = patience === 'full' ? TRY_AGAIN_LATER_MS : TRY_AGAIN_MS;
  }

  /** The id of the session to name; one that is over where there is no other. */
  async session(): Promise<string> {
    const found = await this.#database
      .query<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id LIMIT 1', [this.#user])
      .catch(() => []);
    this.#last = found[0]?.id ?? this.#last;
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
