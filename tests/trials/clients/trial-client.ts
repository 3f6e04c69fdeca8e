import type { StreamMessage } from '@elira/protocol';
import { createSyncClient, MemoryDevice, type SyncClient, type SyncClientOptions } from '@elira/sync-client';
import { CanaryScanner, TcpProxy, type Random } from '@elira/testkit';
import type { HistoryFile, StoredScope } from '../history.ts';
import { markerOf } from '../world.ts';
import type { TrialDatabase } from '../database/trial-database.ts';
import { SCOPES_HEADER, SECRET_HEADER, SESSION_HEADER, type TrialViewer } from '../viewers.ts';
import { ALL_MUTATORS } from '../writing/trial-mutators.ts';
import { keptMutations } from './kept-mutations.ts';
import { PersonalDoor, type NewestSession } from './personal-door.ts';
import { readPlace } from './read-place.ts';
import type { WallClock } from './wall-clock.ts';

/** Milliseconds of silence after which a client gives a connection up: three heartbeats of the trial's servers. */
const SILENCE_MS = 3_000;

/**
 * A client under trial: the real one, behind a network of its own that can be cut, with everything it receives written down.
 */
export class TrialClient {
  readonly viewer: TrialViewer;
  readonly proxy: TcpProxy;
  readonly scanner = new CanaryScanner();
  /** Codes of what went wrong, as the client told it. */
  readonly problems: string[] = [];
  /** Sends what the outbox sends. */
  post: (init: RequestInit) => Promise<Response> = () => Promise.reject(new Error('nobody writes yet'));
  readonly #options: TrialClientOptions;
  readonly #kept = new MemoryDevice();
  /** Its wall clock, where it has one of its own. */
  readonly wall: WallClock | undefined;
  readonly #away: PersonalDoor | undefined;
  #sync: SyncClient;
  #closed = false;
  /** A person who was refused, and has not signed in since. */
  signedOut = false;
  /** Called whenever what it holds has changed, or is known to be as fresh as it is. */
  onMoved: () => void = () => undefined;
  /** The clock of this client, in milliseconds. */
  readonly now = (): number => performance.now();

  private constructor(viewer: TrialViewer, proxy: TcpProxy, options: TrialClientOptions) {
    this.viewer = viewer;
    this.proxy = proxy;
    this.#options = options;
    this.wall = options.wall;
    this.#away = viewer.user === undefined ? undefined : new PersonalDoor(viewer.user, options);
    this.#sync = this.#make();
  }

  get sync(): SyncClient {
    return this.#sync;
  }

  #make(): SyncClient {
    return this.atItsOwnTime(() => this.#makeNow());
  }

  /** Whatever the client is asked to do is done by its own wall clock. */
  atItsOwnTime<T>(work: () => T): T {
    return this.wall === undefined ? work() : this.wall.run(work);
  }

  start(): void {
    this.atItsOwnTime(() => this.#sync.start());
  }

  #makeNow(): SyncClient {
    const { viewer } = this;
    const { history, random, secret } = this.#options;
    return createSyncClient({
      ...this.#writing(),
      url: `http://127.0.0.1:${this.proxy.port}/stream`,
      headers: async () => {
        if (this.#away === undefined) {
          const granted = random.chance(0.5) ? viewer.scopes : [...viewer.scopes, ...viewer.sometimes];
          return { [SECRET_HEADER]: secret, [SCOPES_HEADER]: JSON.stringify(granted) };
        }
        return await this.credentials();
      },
      fetch: (input, init) => {
        if (init?.method === 'POST') return this.post(init);
        const session = new Headers(init?.headers).get(SESSION_HEADER);
        if (session !== null) history.write({ kind: 'asked', client: viewer.name, session });
        return fetch(input, init);
      },
      // Short waits, still spread out: a shorter trial has no time for the half minute that a crowd of clients needs.
      random: () => random.next() * (this.#options.patience === 'full' ? 1 : 0.01),
      now: this.now,
      ...(this.#options.patience === 'full' ? {} : { silenceMs: SILENCE_MS }),
      onBytes: (chunk) => {
        const tokens = this.scanner.push(chunk);
        if (tokens.length > 0) history.write({ kind: 'canaries', client: viewer.name, tokens });
      },
      onMessage: (message, bytes) => this.#record(message, bytes, history),
      onBatch: () => {
        this.#checkPairs(history);
        this.onMoved();
      },
      onProblem: (problem) => {
        this.problems.push(problem.code);
        if (problem.code === 'not_signed_in' && viewer.user !== undefined) this.#signOut();
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

  #writing(): Partial<SyncClientOptions> {
    const { user, role } = this.viewer;
    if (user === undefined || role === undefined) return {};
    const offline = keptMutations(this.#kept, user);
    return { user: { id: user }, mutators: ALL_MUTATORS, offline, mutationsUrl: 'http://localhost/mutations' };
  }

  static async create(viewer: TrialViewer, options: TrialClientOptions): Promise<TrialClient> {
    const pieces = options.inPieces ? { pieceBytes: () => 1 + options.random.below(600) } : {};
    return new TrialClient(viewer, await TcpProxy.listen({ target: options.target, ...pieces }), options);
  }

  /** Whether every scope that has a marker shows this one or a later one; of who may see nothing, whether they show nothing. */
  passed(number: number, banned: ReadonlySet<string>): boolean {
    const { store } = this.sync;
    const scopes = store.scopes();
    if (this.viewer.user !== undefined) {
      if (banned.has(this.viewer.user)) return scopes.length === 0;
      if (!scopes.some((scope) => scope.startsWith('me:'))) return false;
    }
    if (this.sync.status !== 'live' || !this.viewer.scopes.every((scope) => scopes.includes(scope))) return false;
    return scopes.every((scope) => {
      const marker = markerOf(scope);
      if (marker === undefined) return true;
      const row = store.dump(scope)?.get(marker.table)?.get(marker.key);
      const count = row?.['count'] ?? row?.['seq'];
      const reached = Number(count ?? /^barrier (\d+)$/.exec(String(row?.['body']))?.[1] ?? -1);
      return reached >= number;
    });
  }

  /** Where it stands, for those who ask why it has not come further. */
  standing(): string {
    const { status, problem, cursor } = this.sync;
    return `status ${status}, problem ${problem?.code ?? 'none'}, cursor ${cursor ?? 'none'}`;
  }

  get patience(): 'short' | 'full' {
    return this.#options.patience ?? 'short';
  }

  /** Whether its person writes with this client's own outbox. */
  get writes(): boolean {
    return this.viewer.role !== undefined;
  }

  /** Headers of a request of its person. */
  async credentials(): Promise<Record<string, string>> {
    const session = (await this.#away?.session()) ?? 'none';
    return { [SECRET_HEADER]: this.#options.secret, [SESSION_HEADER]: session };
  }

  stored(): StoredScope[] {
    const { store } = this.sync;
    return store.scopes().map((scope) => ({
      scope,
      rows: [...(store.dump(scope) ?? [])].flatMap(([tbl, rows]) => [...rows].map(([key, body]) => ({ tbl, key, body }))),
    }));
  }

  /** As an application does: what the person saw goes, and a new client begins when they have signed in again. */
  #signOut(): void {
    this.#sync.stop();
    this.#options.history.write({ kind: 'signed-out', client: this.viewer.name });
    this.#sync = this.#make();
    this.signedOut = true;
    void this.#away
      ?.signIn(() => this.#closed)
      .then(async (signedIn) => {
        if (!signedIn) return;
        // What waits on the device is known before anybody asks whether anything does.
        await this.#sync.restore();
        this.signedOut = false;
        this.start();
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
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
  readonly database: Pick<TrialDatabase, 'query'>;
  /** Shared with others; its own unless given. */
  readonly newestSession?: NewestSession;
  /** Receive in small pieces, cut anywhere. */
  readonly inPieces: boolean;
  /** Waits as long as clients wait outside, instead of a tenth of that. */
  readonly patience?: 'full';
  /** A wall clock of its own, which may be set. */
  readonly wall?: WallClock;
};
