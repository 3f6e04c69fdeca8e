import pg from 'pg';
import type { ClientConfig } from 'pg';
import {
  ensureDatabase,
  followPrimary,
  readHostList,
  serverVersion,
  startPostgres,
  type FollowedPrimary,
  type PrimaryNews,
} from '@elira/postgres';
import type { Config } from '../config.ts';
import { OperatorError } from '../operator-error.ts';
import { errorCode, withClient } from './connection.ts';

/** A database that answers, and what is needed to talk to it. */
export type Database = {
  /** As the user who logs in; `asRole` narrows it. */
  readonly connection: ClientConfig;
  /** The same as a URL. It may hold a password: never to be shown. */
  readonly url: string;
  /** To be typed into a shell; undefined for a DATABASE_URL, which may hold a password. */
  readonly psqlCommand: string | undefined;
  /** Stops the embedded database unless another process uses it; nothing for a DATABASE_URL. */
  readonly close: () => Promise<void>;
};

const OLDEST_VERSION = 14;

/**
 * The database that the configuration names, created where absent; the embedded one where it names none.
 * Throws `OperatorError`, or `PostgresFailure` of the embedded database.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataFolder'>,
  onProgress: (line: string) => void,
): Promise<Database> {
  if (config.databaseUrl === undefined) {
    const postgres = await startPostgres({ dataFolder: config.dataFolder, onProgress });
    return {
      connection: postgres.connection,
      url: postgres.url,
      psqlCommand: postgres.psqlCommand,
      close: () => postgres.stop(),
    };
  }
  const followed = await follow(config.databaseUrl, onProgress);
  const connection: ClientConfig = followed?.connection ?? { connectionString: config.databaseUrl };
  try {
    await requireDatabase(connection);
  } catch (error) {
    await followed?.stop();
    throw error;
  }
  return {
    connection,
    url: followed?.url() ?? config.databaseUrl,
    psqlCommand: undefined,
    close: async () => await followed?.stop(),
  };
}

/** Undefined for a URL whose host stands elsewhere, as that of a socket's folder in `?host=`. */
async function follow(url: string, onProgress: (line: string) => void): Promise<FollowedPrimary | undefined> {
  return readHostList(url) === undefined ? undefined : await followPrimary(url, (news) => onProgress(lineOf(news)));
}

function lineOf(news: PrimaryNews): string {
  switch (news.kind) {
    case 'moved':
      return `Another PostgreSQL is the primary now (host ${news.host + 1} of DATABASE_URL, timeline ${news.timeline}): ${news.connections} connections to the one before were broken.`;
    case 'left-behind':
      return `The only PostgreSQL that takes writes was left behind by a failover (timeline ${news.timeline} was seen): nothing is read from it. If a backup was restored there, start this server again.`;
  }
}

async function requireDatabase(connection: ClientConfig): Promise<void> {
  const version = await withClient(connection, serverVersion).catch(async (error: unknown) => {
    if (errorCode(error) !== '3D000') throw unreachable(error);
    await createDatabase(connection);
    return await withClient(connection, serverVersion);
  });
  if (version < OLDEST_VERSION) {
    throw new OperatorError(
      `The PostgreSQL of DATABASE_URL is version ${version}.`,
      `Elira needs ${OLDEST_VERSION} or newer. Without DATABASE_URL it brings its own.`,
    );
  }
}

async function createDatabase(connection: ClientConfig): Promise<void> {
  const { host, port, user, password, ssl, database } = new pg.Client(connection);
  if (database === undefined)
    throw new OperatorError('DATABASE_URL names no database.', 'Add its name at the end, as in …:5432/elira.');
  const maintenance = {
    host,
    port,
    database: 'postgres',
    ssl,
    ...(connection.stream === undefined ? {} : { stream: connection.stream }),
    ...(user === undefined ? {} : { user }),
    ...(typeof password === 'string' ? { password } : {}),
  };
  try {
    await ensureDatabase(maintenance, database);
  } catch (cause) {
    const sql = `CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${pg.escapeIdentifier(user ?? 'your user')};`;
    throw new OperatorError(
      `The database "${database}" of DATABASE_URL does not exist, and could not be created.`,
      `Let an administrator run: ${sql}`,
      { cause },
    );
  }
}

function unreachable(cause: unknown): OperatorError {
  const reason = cause instanceof Error ? cause.message : 'unknown reason';
  return new OperatorError(
    `The database of DATABASE_URL does not answer (${errorCode(cause) ?? reason}).`,
    'Check that PostgreSQL runs and that user, password, host and port are right. Without DATABASE_URL Elira brings its own database.',
    { cause },
  );
}
