import { throwawayCluster, type Cluster } from '@elira/testkit';
import pg from 'pg';
import { stopChildren } from './child.ts';

export type BenchCluster = {
  /** Creates a database and runs `sql` in it. */
  readonly database: (name: string, sql: readonly string[]) => Promise<pg.ClientConfig>;
  /** A connection that may break without consequence when the cluster is removed. */
  readonly client: (database: string) => Promise<pg.Client>;
  readonly remove: () => Promise<void>;
};

/** Durable as PostgreSQL is by itself; no checkpoint falls into one measurement and not into the next. */
const DURABLE = { fsync: 'on', shared_buffers: '256MB', max_wal_size: '8GB', checkpoint_timeout: '1h' };

/** An empty PostgreSQL 18 with durable settings (fsync, synchronous_commit and full_page_writes on), for one run. */
export async function benchCluster(): Promise<BenchCluster> {
  const cluster: Cluster = await throwawayCluster({ settings: DURABLE });
  // Whatever happens, the test kit removes it with this process; on Ctrl-C it goes in order.
  let removed: Promise<void> | undefined;
  const remove = (): Promise<void> => (removed ??= cluster.remove());
  const interrupted = (): void => {
    console.error('stopping');
    void stopChildren()
      .then(remove)
      .finally(() => process.exit(130));
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
    client: (database) => cluster.client(database),
    async remove() {
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      await remove();
    },
  };
}
