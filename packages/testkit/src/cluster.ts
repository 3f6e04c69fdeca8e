import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '@elira/postgres';
import type { EmbeddedConnection, RunningPostgres } from '@elira/postgres';
import { copyDataFolder } from './copy-data-folder.ts';
import { copyForStandby } from './copy-for-standby.ts';
import { binariesOf } from './cluster-version.ts';
import type { ClusterVersion } from './cluster-version.ts';
import { removeWithProcess } from './remove-with-process.ts';

export type ClusterOptions = {
  /** 18 and 14 from npm, 15 from Debian. 18 unless told. Ask `whyNoCluster` first. */
  readonly version?: ClusterVersion;
  /** On top of `fsync=off` (which a kill -9 does not notice) and synchronous_commit=on. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A PostgreSQL that a test may kill, copy and promote as it likes. Removed with the process at the latest. */
export type Cluster = {
  /** Of the database `postgres`, as a superuser; changes never, over restarts neither. */
  readonly connection: EmbeddedConnection;
  readonly url: string;
  /** PGDATA. */
  readonly dataFolder: string;
  /** Process id of the postmaster; of the last one while stopped. */
  pid(): number;
  /** A connected client; ended by `remove()` where the test did not. */
  client(database?: string): Promise<pg.Client>;
  start(): Promise<void>;
  /** In order: a clean shutdown. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** kill -9 of the postmaster; resolves when all its children have left. `start()` then recovers. */
  kill9(): Promise<void>;
  /** The stopped cluster's folder, copied; the copy has been started once and stopped in order. */
  copy(): Promise<Cluster>;
  /** A started hot standby of this running cluster, made by copying its files between backup start and stop. */
  standby(): Promise<Cluster>;
  /** Makes a standby a primary of its own, on a new timeline. */
  promote(): Promise<void>;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
};

const TEST_SETTINGS = { fsync: 'off' };

/** Starts an empty cluster of the test's own, in about a second. */
export async function throwawayCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return await openCluster(await newFolder(), options);
}

type Folder = { readonly path: string; removeNow(): Promise<void> };

async function newFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'elira-cluster-'));
  // Where this is root, the server is not, and has to get in.
  await chmod(path, 0o711);
  return { path, removeNow: removeWithProcess(path).now };
}

async function launch(folder: Folder, options: ClusterOptions): Promise<RunningPostgres> {
  const settings = { ...TEST_SETTINGS, ...options.settings };
  return await startPostgres({ dataFolder: folder.path, database: 'postgres', settings, ...binariesOf(options.version ?? 18) });
}

async function openCluster(folder: Folder, options: ClusterOptions): Promise<Cluster> {
  const clients: pg.Client[] = [];
  let running = await launch(folder, options);
  const cluster: Cluster = {
    connection: running.connection,
    url: running.url,
    dataFolder: running.dataFolder,
    pid: () => running.pid,
    client: async (database = 'postgres') => {
      const client = new pg.Client({ ...running.connection, database });
      // A killed server breaks its clients' connections; that is what the test is about.
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    start: async () => {
      running = await launch(folder, options);
    },
    stop: () => running.stop(),
    restart: async () => {
      await running.stop();
      running = await launch(folder, options);
    },
    kill9: () => running.kill(),
    copy: async () => {
      const target = await newFolder();
      await copyDataFolder(running.dataFolder, join(target.path, 'data'));
      const copied = await openCluster(target, options);
      await copied.stop();
      return copied;
    },
    standby: () => standbyOf(cluster, options),
    promote: async () => {
      const client = await cluster.client();
      await client.query('SELECT pg_promote(true, 60)');
      await client.end();
    },
    remove: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await running.stop();
      await folder.removeNow();
    },
  };
  return cluster;
}

async function standbyOf(primary: Cluster, options: ClusterOptions): Promise<Cluster> {
  const folder = await newFolder();
  const client = await primary.client();
  await copyForStandby(client, primary.dataFolder, join(folder.path, 'data'));
  await client.end();
  const { host, port, user } = primary.connection;
  const settings = { ...options.settings, primary_conninfo: `host=${host} port=${port} user=${user}`, hot_standby: 'on' };
  const standby = { ...options, settings };
  return await openCluster(folder, standby);
}
