import pg from 'pg';
import { errorFields, type Log } from '../observe/log.ts';

/** Rung inside `sync.beat()`, so that a silent listener is noticed. */
export const HEARTBEAT_CHANNEL = 'sync_doorbell';
const RECONNECT_MS = 500;

export type Doorbell = {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Milliseconds since the last notification of any channel. */
  readonly silentFor: () => number;
};

/** Listens on a connection of its own. A notification only says "read now": its payload is not looked at, and a lost one costs one poll. */
export function createDoorbell(options: {
  readonly config: pg.ClientConfig;
  readonly channels: readonly string[];
  readonly onRing: () => void;
  readonly silenceLimitMs: number;
  readonly log: Log;
}): Doorbell {
  let client: pg.Client | undefined;
  let heardAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let connectedAt = 0;
  let stopped = true;

  const retry = (): void => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void listen(), RECONNECT_MS);
  };
  const drop = (): void => {
    const gone = client;
    client = undefined;
    if (gone === undefined) return;
    gone.removeAllListeners();
    gone.on('error', () => {});
    void gone.end().catch(() => {});
    retry();
  };
  const listen = async (): Promise<void> => {
    const next = new pg.Client(options.config);
    client = next;
    connectedAt = performance.now();
    next.on('error', drop);
    next.on('end', drop);
    next.on('notification', () => {
      heardAt = performance.now();
      options.onRing();
    });
    try {
      await next.connect();
      for (const channel of [...options.channels, HEARTBEAT_CHANNEL])
        await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      // Heard by itself, it is known to work: until then reads are as frequent as if nobody listened, and a server that begins has other things to do.
      await next.query(`NOTIFY ${HEARTBEAT_CHANNEL}`);
    } catch (error) {
      options.log.warn(errorFields(error), 'the doorbell cannot listen; polling goes on');
      if (client === next) drop();
    }
  };

  return {
    start() {
      stopped = false;
      void listen();
      watchdog = setInterval(() => {
        const now = performance.now();
        if (now - Math.max(heardAt, connectedAt) > options.silenceLimitMs) drop();
      }, options.silenceLimitMs / 2);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(watchdog);
      const gone = client;
      client = undefined;
      gone?.removeAllListeners();
      gone?.on('error', () => {});
      await gone?.end().catch(() => {});
    },
    silentFor: () => performance.now() - heardAt,
  };
}
