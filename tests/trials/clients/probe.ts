import type { ScopeKey } from '@elira/protocol';
import { createSyncClient, type SyncClient } from '@elira/sync-client';
import type { ServerProcess } from '../faults/server-process.ts';
import { SCOPES_HEADER, SECRET_HEADER } from '../viewers.ts';

export type ProbeOptions = {
  readonly secret: string;
  readonly server: ServerProcess;
  readonly scope: string;
  /** Milliseconds of silence after which it gives a connection up, as the trial's clients do. */
  readonly silenceMs: number;
  /** After each change of what it holds. */
  readonly onBatch?: (client: SyncClient) => void;
  /** Chance of its waits between connections; the client's own unless given. */
  readonly random?: () => number;
};

/** A client beside those under trial, for what a fault wants to know exactly. It finds its server again after a restart. */
export class Probe {
  readonly sync: SyncClient;
  readonly problems: string[] = [];
  /** Connections it asked for. */
  asked = 0;
  bytes = 0;

  constructor({ secret, server, scope, silenceMs, onBatch, random = () => Math.random() * 0.01 }: ProbeOptions) {
    this.sync = createSyncClient({
      url: 'http://127.0.0.1/stream',
      headers: () => ({ [SECRET_HEADER]: secret, [SCOPES_HEADER]: JSON.stringify([scope as ScopeKey]) }),
      fetch: (input, init) => {
        this.asked += 1;
        const url = new URL(input instanceof Request ? input.url : input);
        url.port = String(server.port);
        return fetch(url, init);
      },
      silenceMs,
      random,
      onBytes: (chunk) => void (this.bytes += chunk.length),
      onBatch: () => onBatch?.(this.sync),
      onProblem: ({ code }) => void this.problems.push(code),
    });
    this.sync.start();
  }
}
