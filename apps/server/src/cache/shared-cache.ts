import { createClient } from 'redis';
import type { Logger } from 'pino';

/**
 * A place that servers share and that may lose what it holds, go away or be slow: whoever asks then goes without. Nothing in it is believed
 * without looking; what an entry is worth is decided by who reads it.
 */
export type SharedCache = {
  /** Undefined: nothing there, or no answer in time. */
  readonly get: (key: string) => Promise<string | undefined>;
  readonly set: (key: string, text: string, seconds: number) => Promise<void>;
  readonly drop: (key: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Milliseconds an answer may take: longer than that, asking the database is as good. */
const ANSWER_MS = 100;
/** Milliseconds between attempts to connect again. */
const RECONNECT_MS = 1_000;

/** Nothing is shared: a server of its own has its memory. */
export const NO_SHARED_CACHE: SharedCache = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  drop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Redis or Valkey. Never rejects and never waits for long; that it is gone is logged once, and once that it is back. */
export function openRedis(url: string, log: Logger): SharedCache {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 1_000,
    socket: { connectTimeout: ANSWER_MS * 10, reconnectStrategy: () => RECONNECT_MS },
  });
  let gone = false;
  const fail = (error: unknown): undefined => {
    if (!gone)
      log.warn({ kind: error instanceof Error ? error.name : typeof error }, 'Redis does not answer; it goes on without');
    gone = true;
    return undefined;
  };
  const back = (): void => {
    if (gone) log.info({}, 'Redis answers again');
    gone = false;
  };
  client.on('error', fail);
  client.connect().catch(fail);

  async function ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!client.isReady) return fail(new Error('not connected'));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('too slow')), ANSWER_MS);
    });
    try {
      const answer = await Promise.race([command(), late]);
      back();
      return answer;
    } catch (error) {
      return fail(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get: async (key) => (await ask(() => client.get(key))) ?? undefined,
    set: async (key, text, seconds) => void (await ask(() => client.setEx(key, seconds, text))),
    drop: async (key) => void (await ask(() => client.del(key))),
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}
