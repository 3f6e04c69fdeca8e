import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';

/** The server's log: JSON lines on standard output, without row data, SQL parameters, cursors or credentials. */
export function openLog({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino({
    level: logLevel,
    base: { pid: process.pid },
    redact: ['authorization', 'cookie', 'headers', 'req.headers', '*.authorization', '*.cookie'],
    // Fastify logs errors by itself in places; PostgreSQL's messages may quote row data, so only kind and code are kept.
    serializers: {
      err: (error: unknown) => ({
        kind: error instanceof Error ? error.name : typeof error,
        code: error instanceof Error && 'code' in error ? error.code : undefined,
      }),
      req: (request: { readonly method?: unknown }) => ({ method: request.method }),
    },
  });
}
