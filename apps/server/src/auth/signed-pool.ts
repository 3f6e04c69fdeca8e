import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';

/** What the sign-in library takes for a pool. */
export type SignedPool = {
  readonly connect: () => Promise<pg.PoolClient>;
  readonly end: () => Promise<void>;
  /** Runs `work` with the statements of `userId`, the administrator who gives a role or bans somebody; undefined: nobody's. */
  readonly signedBy: <T>(userId: string | undefined, work: () => Promise<T>) => Promise<T>;
};

/**
 * A pool whose connections tell the database for whom they work, so that the audit names them. The library knows nothing of that, and
 * takes connections as it likes: hence by the course of asynchronous calls.
 */
export function signedPool(pool: pg.Pool): SignedPool {
  const signer = new AsyncLocalStorage<string | undefined>();
  const signedAs = new WeakMap<pg.PoolClient, string>();
  return {
    connect: async () => {
      const userId = signer.getStore() ?? '';
      const client = await pool.connect();
      if (userId === (signedAs.get(client) ?? '')) return client;
      try {
        await client.query("SELECT set_config('elira.user_id', $1, false)", [userId]);
      } catch (error) {
        client.release(true);
        throw error;
      }
      signedAs.set(client, userId);
      return client;
    },
    end: () => pool.end(),
    signedBy: (userId, work) => signer.run(userId, work),
  };
}
