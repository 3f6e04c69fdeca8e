import pg from 'pg';

/**
 * A pool whose connections may be lost at any moment, idle or lent, without ending the process: `onLost` hears of it, the
 * statement under way or the next one fails, and the connection is not lent again.
 */
export function enginePool(config: pg.PoolConfig, onLost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(config);
  // Of an idle one the pool tells; a lent one is silent towards the pool, and an error that nobody hears ends the process.
  pool.on('error', onLost);
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}
