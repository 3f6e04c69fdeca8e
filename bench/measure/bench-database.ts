import { throwawayCluster, type Cluster } from '@elira/testkit';
import pg from 'pg';

export type BenchCluster = {
  /** Creates a database and runs `sql` in it. */
  readonly database: (name: string, sql: readonly string[]) => Promise<pg.ClientConfig>;
  readonly remove: () => Promise<void>;
};

/** Durable as PostgreSQL is by itself; no checkpoint falls into one measurement and not into the next. */
const DURABLE = { fsync: 'on', shared_buffers: '256MB', max_wal_size: '8GB', checkpoint_timeout: '1h' };

/** An empty PostgreSQL 18 with durable settings (fsync, synchronous_commit and full_page_writes on), for one run. */
export async function benchCluster(): Promise<BenchCluster> {
  const cluster: Cluster = await throwawayCluster({ settings: DURABLE });
  // Removed with this process in any case (testkit); on Ctrl-C in order.
  let removed: Promise<void> | undefined;
  const remove = (): Promise<void> => (removed ??= cluster.remove());
  const interrupted = (): void => {
    console.error('stopping');
    remove().then(
      () => process.exit(130),
      () => process.exit(130),
    );
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  return {
    async database(name, sql) {
      const admin = await cluster.client();
      await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      const connection = { ...cluster.connection, database: name };
      const client = await cluster.client(name);
      for (const text of sql) await client.query(text);
      await admin.end();
      await client.end();
      return connection;
    },
    async remove() {
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      await remove();
    },
  };
}
