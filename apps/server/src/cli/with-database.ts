import type { Config } from '../config.ts';
import { openDatabase, type Database } from '../database/open-database.ts';
import { say } from './command.ts';

/** Runs `work` on the database that the server uses. An embedded one is started if need be, and stopped again unless others use it. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config, say);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
