import { captureSql, syncSchemaSql } from '@elira/sync-server';
import { rules } from '../rules.ts';

/** The parts of what `elira sync:sql` prints; each is a numbered migration, word for word. */
export const SYNC_SQL = {
  /** The change index and its functions. */
  schema: syncSchemaSql,
  /** Functions and triggers of the tables in the rules. */
  capture: (): string => captureSql(rules),
} as const;
