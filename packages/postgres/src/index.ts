export { startPostgres } from './embedded/start-postgres.ts';
export type { StartOptions } from './embedded/start-postgres.ts';
export type { RunningPostgres } from './embedded/running-postgres.ts';
export type { EmbeddedMajor } from './embedded/native-binaries.ts';
export { PostgresFailure } from './embedded/postgres-failure.ts';
export type { PostgresFailureCode } from './embedded/postgres-failure.ts';
export type { EmbeddedConnection } from './embedded/connection-url.ts';
export { connectionUrl } from './embedded/connection-url.ts';
export { ensureDatabase, serverVersion } from './ensure-database.ts';
