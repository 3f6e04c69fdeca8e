import type { ScopeKey, StreamMessage } from '@elira/protocol';
import { createSyncClient, type SyncClient } from '@elira/sync-client';
import { CanaryScanner, TcpProxy, type Random } from '@elira/testkit';
import type { HistoryFile, StoredScope } from '../history.ts';
import { markerOf } from '../world.ts';
import { SCOPES_HEADER, SECRET_HEADER, type TrialViewer } from '../viewers.ts';
import { readPlace } from './read-place.ts';

/** Milliseconds of silence after which a client gives a connection up: three heartbeats of the trial's servers. */
const SILENCE_MS = 3_000;

/**
 * A client under trial: the real one, behind a network of its own that can be cut, with everything it receives written down.
 */
export class TrialClient {
  readonly viewer: TrialViewer;
  readonly proxy: TcpProxy;
  readonly sync: SyncClient;
  readonly scanner = new CanaryScanner();
  /** Codes of what went wrong, as the client told it. */
  readonly problems: string[] = [];
  #granted: readonly ScopeKey[];

  private constructor(viewer: TrialViewer, proxy: TcpProxy, options: TrialClientOptions) {
    const { history, random, secret } = options;
    this.viewer = viewer;
    this.proxy = proxy;
    this.#granted = viewer.scopes;
    this.sync = createSyncClient({
      url: `http://127.0.0.1:${proxy.port}/stream`,
      headers: () => {
        this.#granted = random.chance(0.5) ? viewer.scopes : [...viewer.scopes, ...viewer.sometimes];
        return { [SECRET_HEADER]: secret, [SCOPES_HEADER]: JSON.stringify(this.#granted) };
      },
      // Short waits, still spread out: a trial has no time for the half minute that a crowd of clients needs.
      random: () => random.next() * 0.01,
      silenceMs: SILENCE_MS,
      onBytes: (chunk) => {
        const tokens = this.scanner.push(chunk);
        if (tokens.length > 0) history.write({ kind: 'canaries', client: viewer.name, tokens });
      },
      onMessage: (message, bytes) => this.#record(message, bytes, history),
      onBatch: () => this.#checkPairs(history),
      onProblem: (problem) => {
        this.problems.push(problem.code);
        history.write({
          kind: 'problem',
          client: viewer.name,
          code: problem.code,
          word: problem.client,
          ...(problem.detail === undefined ? {} : { detail: problem.detail }),
        });
      },
    });
  }

  static async create(viewer: TrialViewer, options: TrialClientOptions): Promise<TrialClient> {
    const pieces = options.inPieces ? { pieceBytes: () => 1 + options.random.below(600) } : {};
    return new TrialClient(viewer, await TcpProxy.listen({ target: options.target, ...pieces }), options);
  }

  /** Whether every scope that has a marker shows this one or a later one. */
  passed(number: number): boolean {
    const { store } = this.sync;
    const scopes = store.scopes();
    if (this.sync.status !== 'live' || !this.viewer.scopes.every((scope) => scopes.includes(scope))) return false;
    return scopes.every((scope) => {
      const marker = markerOf(scope);
      if (marker === undefined) return true;
      const row = store.dump(scope)?.get(marker.table)?.get(marker.key);
      const reached =
        marker.table === 'trial_ticks'
          ? Number(row?.['count'] ?? -1)
          : Number(/^barrier (\d+)$/.exec(String(row?.['body']))?.[1] ?? -1);
      return reached >= number;
    });
  }

  stored(): StoredScope[] {
    const { store } = this.sync;
    return store.scopes().map((scope) => ({
      scope,
      rows: [...(store.dump(scope) ?? [])].flatMap(([tbl, rows]) => [...rows].map(([key, body]) => ({ tbl, key, body }))),
    }));
  }

  async close(): Promise<void> {
    this.sync.stop();
    await this.proxy.close();
  }

  #record(message: StreamMessage, bytes: number, history: HistoryFile): void {
    const at = 'id' in message ? { at: readPlace(message.id) } : {};
    history.write({ kind: 'message', client: this.viewer.name, event: message.event, bytes, data: message.data, ...at });
  }

  /** No half transaction: whatever is shown, the two rows of a pair are there together and cancel out. */
  #checkPairs(history: HistoryFile): void {
    const { store } = this.sync;
    for (const scope of store.scopes()) {
      if (!scope.startsWith('team:')) continue;
      const sums = new Map<unknown, { rows: number; sum: number }>();
      for (const row of store.dump(scope)?.get('trial_pairs')?.values() ?? []) {
        const pair = sums.get(row['pair']) ?? { rows: 0, sum: 0 };
        sums.set(row['pair'], { rows: pair.rows + 1, sum: pair.sum + Number(row['value']) });
      }
      for (const [pair, { rows, sum }] of sums) {
        if (rows !== 2 || sum !== 0)
          history.write({
            kind: 'half',
            client: this.viewer.name,
            detail: `${scope}: pair ${String(pair)} has ${rows} rows with sum ${sum}`,
          });
      }
    }
  }
}

export type TrialClientOptions = {
  readonly target: number;
  readonly secret: string;
  readonly random: Random;
  readonly history: HistoryFile;
  /** Receive in small pieces, cut anywhere. */
  readonly inPieces: boolean;
};
