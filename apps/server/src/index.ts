export { sessionCookieName, signedToken } from './auth/session-cookie.ts';
export { readConfig, type Config } from './config.ts';
export { prepareDatabase } from './database/prepare-database.ts';
export { getSyncScope, rules } from './rules.ts';
export { startServer, type RunningServer } from './start-server.ts';
export type { Viewer } from './viewer.ts';
export { openAppPool } from './database/app-pool.ts';
export { openFlushPool } from './database/flush-pool.ts';
export { openWrites, type Writer } from './write/open-writes.ts';
