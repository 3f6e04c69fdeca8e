import { useCallback } from 'react';
import type { Mutator } from '@elira/rules';
import type { SentMutation } from '@elira/sync-client';
import { useSyncClient } from './sync-provider.tsx';

/**
 * How to ask for what `mutator` does: it shows at once, and is sent until its outcome is known, offline too. The function stays the same
 * one; it throws where it can be told that it will never do.
 */
export function useMutation<Args>(mutator: NamedMutator<Args>): (args: Args) => SentMutation {
  const client = useSyncClient();
  const { name } = mutator;
  return useCallback((args) => client.mutate(name, args), [client, name]);
}

/** Of a mutator only its name and the type of its arguments matter here. */
export type NamedMutator<Args> = Pick<Mutator<Args, never>, 'name'> & {
  readonly args: { readonly parse: (value: unknown) => Args };
};
