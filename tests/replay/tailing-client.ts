import { createSyncClient, type SyncClient, type StoreDump } from '@elira/sync-client';
import type { Audience } from './oracle.ts';

/** A client that comes and goes, and what it noticed on the way. */
export type TailingClient = {
  readonly name: string;
  readonly audience: Audience;
  readonly rows: (table: string) => ReadonlyMap<string, object>;
  readonly connected: () => boolean;
  readonly come: () => void;
  readonly go: () => void;
  /** Goes, and comes back later as a new program would: from what was written down as JSON. */
  readonly forget: () => void;
  /** How often each way of resuming was taken. */
  readonly resumed: ReadonlyMap<string, number>;
  /** What must never happen; empty at the end. */
  readonly faults: readonly string[];
  /** Resolves when `condition` holds of the rows, rejects after a minute. */
  readonly until: (condition: () => boolean) => Promise<void>;
};

const PATIENCE_MS = 60_000;

export function tailingClient(name: string, audience: Audience, url: string, token: string): TailingClient {
  const resumed = new Map<string, number>();
  const faults: string[] = [];
  const waiting = new Set<() => void>();
  let client = open(undefined);
  let connected = false;

  function open(initial: StoreDump | undefined): SyncClient {
    const opened = createSyncClient({
      url: `${url}/api/sync/stream`,
      headers: audience === 'operator' ? { authorization: `Bearer ${token}` } : {},
      ...(initial === undefined ? {} : { initial }),
      onMessage: (message) => {
        if (message.event === 'hello') resumed.set(message.data.resumed, (resumed.get(message.data.resumed) ?? 0) + 1);
      },
      onProblem: ({ code, client: word }) => {
        if (word === 'stop' || code === 'malformed_stream' || code === 'callback_failed') faults.push(`problem ${code}`);
      },
    });
    opened.store.subscribe(({ changes }) => {
      for (const [table, keys] of changes) {
        for (const [key, { before, after }] of keys) {
          if (before !== undefined && after !== undefined && Number(after['version']) < Number(before['version']))
            faults.push(`${table} ${key} went back`);
        }
      }
      for (const check of waiting) check();
    });
    return opened;
  }

  return {
    name,
    audience,
    resumed,
    faults,
    rows: (table) => client.store.rows(table),
    connected: () => connected,
    come: () => {
      connected = true;
      client.start();
    },
    go: () => {
      connected = false;
      client.stop();
    },
    forget: () => {
      connected = false;
      client.stop();
      client = open(JSON.parse(JSON.stringify(client.store.toDump())) as StoreDump);
    },
    until: (condition) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(check);
          reject(
            new Error(`${name} did not get there within a minute: ${client.status}, ${client.problem?.code ?? 'no problem'}`),
          );
        }, PATIENCE_MS);
        const check = (): void => {
          if (!condition()) return;
          clearTimeout(late);
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
