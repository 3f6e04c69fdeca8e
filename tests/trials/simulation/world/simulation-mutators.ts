import { Problem } from '@elira/protocol';
import { defineMutator, defineMutators, type AnyMutator, type MutatingUser, type Mutators } from '@elira/rules';

type Writing = { readonly slate: string; readonly seq: number };

const args = {
  parse(value: unknown): Writing {
    const { slate, seq } = value as Partial<Writing>;
    if (typeof slate !== 'string' || typeof seq !== 'number') throw new Problem('invalid_request', 'slate, seq: are missing');
    return { slate, seq };
  },
};

/** Takes what it is given, also what is older than what is there: to keep the order is the door's affair and the client's. */
const write = defineMutator<Writing>({
  name: 'slate.write',
  args,
  lane: ({ slate }) => slate,
  effect: async (tx, { slate, seq }, { user }) => {
    await tx.query('write', [slate, seq, user.id]);
    return seq;
  },
  optimistic: ({ slate, seq }) => [{ table: 'slate', key: slate, row: { id: slate, seq } }],
});

/** Has its effect first and is refused then: nothing of it may stay. */
const refuse = defineMutator<Writing>({
  name: 'slate.refuse',
  args,
  lane: ({ slate }) => slate,
  effect: async (tx, { slate, seq }, { user }) => {
    await tx.query('write', [slate, -seq, user.id]);
    throw new Problem('forbidden');
  },
});

/** Adds one, committed together with others. */
const count = defineMutator<Writing>({ name: 'slate.count', args, flush: 'count' });

const ALL: readonly AnyMutator[] = [write, refuse, count];
export const SIMULATION_MUTATORS: Mutators<MutatingUser> = defineMutators(ALL);
