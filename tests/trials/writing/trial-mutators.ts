import { Problem } from '@elira/protocol';
import { defineMutator, defineMutators, type AnyMutator, type Mutators } from '@elira/rules';
import { mutators as eliraMutators, type User } from '@elira/mutations';

/** Longest time an effect of the trial takes in the database, in seconds: long enough for a process to die meanwhile. */
const LINGER_SECONDS = 0.06;

type Deed = { readonly deed: string; readonly amount: number };
type Writing = { readonly slate: string; readonly seq: number };

function readDeed(value: unknown): Deed {
  const { deed, amount } = value as Partial<Deed>;
  if (typeof deed !== 'string' || !Number.isInteger(amount)) throw new Problem('invalid_request', 'deed, amount: are missing');
  return { deed, amount: amount as number };
}

function readWriting(value: unknown): Writing {
  const { slate, seq } = value as Partial<Writing>;
  if (typeof slate !== 'string' || !Number.isInteger(seq)) throw new Problem('invalid_request', 'slate, seq: are missing');
  return { slate, seq: seq as number };
}

/** Has its effect first and is refused then, where the amount is negative: nothing of it may stay. */
const doDeed = defineMutator<Deed, User>({
  name: 'deed.do',
  args: { parse: readDeed },
  effect: async (tx, { deed, amount }, { user, mutationId }) => {
    const values = [mutationId, deed, user.id, amount];
    await tx.query('INSERT INTO trial_deeds (mutation_id, deed, user_id, amount) VALUES ($1, $2, $3, $4)', values);
    await tx.query('SELECT pg_sleep(random() * $1)', [LINGER_SECONDS]);
    if (amount < 0) throw new Problem('forbidden');
    return amount;
  },
});

const countDeed = defineMutator<Deed, User>({ name: 'deed.count', args: { parse: readDeed }, flush: 'flush_trial_deeds' });

/** Takes what it is given, also what is older than what is there: to keep the order is the door's affair and the client's. */
const writeSlate = defineMutator<Writing, User>({
  name: 'slate.write',
  args: { parse: readWriting },
  lane: ({ slate }) => `slate:${slate}`,
  effect: async (tx, { slate, seq }, { user }) => {
    await tx.query(
      'INSERT INTO trial_slates (id, user_id, seq) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq',
      [slate, user.id, seq],
    );
    await tx.query('SELECT pg_sleep(random() * $1)', [LINGER_SECONDS]);
    return seq;
  },
  optimistic: ({ slate, seq }, { userId }) => [{ table: 'trial_slates', key: slate, row: { id: slate, userId, seq } }],
});

const TRIAL_MUTATORS: readonly AnyMutator<User>[] = [doDeed, countDeed, writeSlate];

/** What may be written in a trial: all that may be written in Elira, and what the trial counts. */
export const ALL_MUTATORS: Mutators<User> = defineMutators<User>([...TRIAL_MUTATORS, ...eliraMutators.values()]);
