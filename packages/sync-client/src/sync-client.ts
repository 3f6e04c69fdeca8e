import type { Row, StreamMessage } from '@elira/protocol';
import type { MutatingUser, Mutators } from '@elira/rules';
import { createClock, type Clock } from './connect/clock.ts';
import { localProblem, type ClientProblem } from './connect/client-problem.ts';
import { ConnectionDriver, type ConnectionEnd } from './connect/connection-driver.ts';
import { SILENCE_MS, type ConnectionStatus } from './connect/connection-machine.ts';
import { openStream, type TransportOptions } from './connect/open-stream.ts';
import { SteadyWay } from './connect/steady-way.ts';
import { besideStream, streamUrl } from './connect/stream-url.ts';
import { readStream, type StepEars, type StoreStep, type Way } from './ingest/read-stream.ts';
import type { Kept, OfflineStore, TabNews } from './offline/offline-store.ts';
import { inTime } from './offline/in-time.ts';
import { RowKeeper } from './offline/row-keeper.ts';
import { outboxOf, type Outbox } from './outbox/outbox.ts';
import { postMutations } from './outbox/post-mutations.ts';
import { Writing, type SentMutation } from './outbox/writing.ts';
import type { Tabs } from './tabs/browser-tabs.ts';
import type { SharedStream } from './tabs/shared-stream.ts';
import { RowStore, type Commit } from './store/row-store.ts';
import type { StoreDump } from './store/store-dump.ts';
import type { TableView } from './view/table-view.ts';
import type { Changes } from './view/overlay.ts';
import { View } from './view/view.ts';

export type SyncClientOptions = TransportOptions & {
  /** The whole address of the stream, e.g. `https://example.org/api/sync/stream`. */
  readonly url: string;
  /** Scopes to follow; without them everything the user may see. */
  readonly scopes?: readonly string[];
  /** Headers of each request. A function is asked anew for every connection, so a token may change. */
  readonly headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** Milliseconds that never go back. */
  readonly now?: Clock;
  /** A number in [0, 1). */
  readonly random?: () => number;
  /** Milliseconds without a byte after which a connection is given up; 15 s as the protocol says. */
  readonly silenceMs?: number;
  /** Where another client's `store.toDump()` left off. */
  readonly initial?: StoreDump;
  /** Whose rows these are. With `mutators` (for users of that kind), what they may write. */
  readonly user?: MutatingUser;
  readonly mutators?: Mutators<never>;
  /** Where mutations are sent; without it `mutations` beside the stream. */
  readonly mutationsUrl?: string;
  /** Where rows and mutations outlive this client. It must be the user's own. */
  readonly offline?: OfflineStore;
  /** Other tabs that show the same, to share one stream with. Whose they are must be the user, where one is given. */
  readonly tabs?: Tabs;
  /** Told of everything that goes wrong, with what this client does about it. */
  readonly onProblem?: (problem: ClientProblem) => void;
  /** Told of every batch and withdrawal, complete, once. */
  readonly onBatch?: (commit: Commit) => void;
  /** Told of every message before it is applied, with its bytes on the wire. */
  readonly onMessage?: (message: StreamMessage, bytes: number) => void;
  /** Told of the bytes as they come. */
  readonly onBytes?: (chunk: Uint8Array) => void;
};

/** What signing out would lose: mutations that the server may not have, and those it refused. */
export type Lost = { readonly unsent: number; readonly refused: number };

/**
 * Follows a server's scopes and keeps their rows: bytes → messages → batches → rows → screens.
 *
 * This is the driver. It decides nothing: the machine says when to connect, the session what a message means, the store
 * what it changes. Its promise: what happens on one connection happens in order and stops with it, and no error of the
 * network, the server or a listener escapes from here; it goes to `onProblem`.
 */
export class SyncClient {
  readonly store: RowStore;
  readonly view: View;
  /** What waits to be written, and what was refused. */
  readonly outbox: Outbox;
  readonly #writing: Writing | undefined;
  readonly #keeper: RowKeeper | undefined;
  #restored: Promise<void> | undefined;
  #lettingGo: Promise<void> | undefined;
  #isWanted = false;
  #isForgotten = false;
  #keptCursor: string | undefined;
  readonly #options: SyncClientOptions;
  readonly #now: Clock;
  readonly #random: () => number;
  readonly #statusListeners = new Set<() => void>();
  readonly #driver: ConnectionDriver;
  readonly #shared: SharedStream | undefined;
  #isSuspended = false;

  constructor(options: SyncClientOptions) {
    this.#options = options;
    this.#now = options.now ?? createClock();
    this.#random = options.random ?? Math.random;
    const onError = (error: unknown): void => this.#report(localProblem('callback_failed', undefined, error));
    this.store = new RowStore(options.initial, onError);
    this.#writing = this.#makeWriting();
    this.outbox = outboxOf(this.#writing);
    this.view = new View(this.store, onError, this.#writing);
    this.#keeper = this.#makeKeeper();
    const network: Way = this.#networkWay();
    this.#shared = this.#makeShared(network);
    const way = this.#shared?.way ?? network;
    this.#driver = new ConnectionDriver({
      now: this.#now,
      random: this.#random,
      silenceMs: options.silenceMs,
      connect: (ears) => way({ ...ears, step: (step) => this.#take(step) }),
      onStatus: () => this.#onStatus(),
    });
  }

  /** `live` means: connected, and every scope's rows are here. */
  get status(): ConnectionStatus {
    return this.#driver.status;
  }

  /** Why it waits or stopped. */
  get problem(): ClientProblem | undefined {
    return this.#driver.problem;
  }

  get cursor(): string | undefined {
    return this.store.cursor;
  }

  /** Milliseconds since the rows were last known to be the database's, by the database's reader; the way here not counted. */
  get ageMs(): number | undefined {
    return this.view.ageMs(this.#now());
  }

  table<R extends Row = Row>(name: string): TableView<R> {
    return this.view.table<R>(name);
  }

  readonly subscribeStatus = (listener: () => void): (() => void) => {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  };

  start(): void {
    if (this.#isForgotten) return;
    this.#isWanted = true;
    this.#isSuspended = false;
    if (this.#options.offline === undefined) this.#begin();
    else void Promise.all([this.restore(), this.#lettingGo]).then(() => this.#begin());
  }

  /** Ends the connection at once. Rows, cursor and what waits stay; `start()` goes on from them. */
  stop(): void {
    this.#isWanted = false;
    this.#isSuspended = false;
    this.#disconnect();
    this.#writing?.stop();
    this.#lettingGo = this.#letGo();
  }

  /** Does now what a timer would do later: a machine that slept, or a network that came back, lets nobody wait. */
  wake(): void {
    this.#driver.dispatch({ kind: 'wake' });
    this.#shared?.wake();
    this.#writing?.wake();
  }

  /** The page is put to sleep: it holds up nobody meanwhile. Whoever had stopped stays so. */
  suspend(): void {
    if (!this.#isWanted || this.status === 'stopped') return;
    this.stop();
    this.#isSuspended = true;
  }

  /** The page is there again. */
  resume(): void {
    if (this.#isSuspended) this.start();
    else this.wake();
  }

  /** Shows what the device kept. `start()` does this first; who wants rows before any connection may ask earlier. Never rejects. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#restore());
  }

  /**
   * Makes a mutation: it shows at once, waits, and is sent until its outcome is known. Throws where it can be told that it will never do:
   * no such mutator, arguments it does not take, a user who may not.
   */
  mutate(name: string, args: unknown): SentMutation {
    if (this.#writing === undefined) throw new Error('This client cannot write: give createSyncClient a user and mutators.');
    return this.#writing.mutate(name, args);
  }

  /** Whether a mutation that is not over yet shows in this row, or hides it. */
  isPending(table: string, key: string): boolean {
    return this.view.isPending(table, key);
  }

  /**
   * For signing out: wipes rows and mutations of this user, here and on the device. `ask` is told what would be lost, if anything, and
   * whether to go on. Resolves to false, with nothing changed, when it says no. This client then does nothing more.
   */
  async forget(ask?: (lost: Lost) => boolean | Promise<boolean>): Promise<boolean> {
    const { offline } = this.#options;
    await this.restore();
    const { unsent, refused } = this.outbox;
    if (unsent + refused > 0 && ask !== undefined && !(await ask({ unsent, refused }))) return false;
    const kept = this.#abandon();
    this.store.withdraw(this.store.scopes());
    try {
      await kept;
      offline?.tell({ kind: 'forgotten' });
      await offline?.wipe();
    } catch (error) {
      this.#report(localProblem('offline_failed', 'what this device kept could not be wiped', error));
    }
    return true;
  }

  #onDevice(news: TabNews['kind']): void {
    if (news === 'forgotten') void this.#abandon();
    if (news === 'removed') this.#keeper?.keepAnew();
  }

  /** Sends and keeps nothing any more; what is on the screen stays. Settles when the last write under way is over. */
  async #abandon(): Promise<void> {
    this.#isForgotten = true;
    this.#isWanted = false;
    this.#isSuspended = false;
    this.#disconnect();
    this.#writing?.forget();
    await Promise.all([this.#keeper?.abandon(), this.#writing?.kept()]);
  }

  #makeWriting(): Writing | undefined {
    const { user, mutators, offline, url, mutationsUrl = besideStream(url) } = this.#options;
    if (offline !== undefined && offline.userId !== user?.id)
      throw new Error('What a device keeps is one user’s own: give createSyncClient the user that `offline` was made for.');
    if (user === undefined || mutators === undefined) return undefined;
    return new Writing({
      user,
      mutators,
      offline,
      store: this.store,
      now: this.#now,
      random: this.#random,
      onProblem: (problem) => this.#report(problem),
      onDevice: (news) => this.#onDevice(news),
      onSettled: (ids) => this.#keeper?.settle(ids),
      show: (effects) => this.view.show(NOTHING_STORED, effects),
      send: (pending, signal) => {
        const mutations = pending.map(({ id, name, args }) => ({ id, name, args }));
        const headers = (): Promise<Record<string, string>> => this.#headers();
        const call = this.#options.fetch ?? fetch;
        return postMutations({ fetch: call, url: mutationsUrl, userId: user.id, headers, mutations, signal });
      },
    });
  }

  #makeShared(network: Way): SharedStream | undefined {
    const { tabs, user, url, scopes } = this.#options;
    if (tabs !== undefined && user !== undefined && tabs.owner !== user.id)
      throw new Error('What tabs share is one user’s own: give createSyncClient the user that `tabs` was made for.');
    return tabs?.share(
      { url, scopes },
      {
        store: this.store,
        now: this.#now,
        random: this.#random,
        network,
        onTurn: () => this.#driver.dispatch({ kind: 'turn' }),
        onLook: () => this.#driver.dispatch({ kind: 'timer' }),
        onWake: () => this.wake(),
      },
    );
  }

  #disconnect(): void {
    this.#driver.dispatch({ kind: 'stop' });
    this.#shared?.leave();
  }

  #makeKeeper(): RowKeeper | undefined {
    const { offline } = this.#options;
    const onProblem = (problem: ClientProblem): void => this.#report(problem);
    return offline && new RowKeeper({ store: this.store, offline, now: this.#now, onProblem });
  }

  #begin(): void {
    if (!this.#isWanted) return;
    this.#keeper?.start(this.#keptCursor);
    this.#writing?.start();
    this.#shared?.enter();
    this.#driver.dispatch({ kind: 'start' });
  }

  /** A device that does not open in time is taken for broken: nobody waits for it to be connected. */
  async #restore(): Promise<void> {
    const { offline } = this.#options;
    if (offline === undefined) return;
    const opened = offline.open((detail, cause) => this.#report(localProblem('offline_failed', detail, cause)));
    try {
      this.#show(await inTime(opened));
    } catch (error) {
      this.#report(localProblem('offline_failed', 'this device keeps nothing; everything is in memory', error));
      this.#writing?.deviceFailed();
      // What waits there is sent all the same; rows would come too late.
      opened.then(({ mutations }) => this.#show({ mutations })).catch(() => undefined);
    }
  }

  #show({ rows, mutations, isLost }: Kept): void {
    if (this.#isForgotten) return;
    const age = rows?.freshAt === undefined ? undefined : Date.now() - rows.freshAt;
    this.#keptCursor = rows?.dump.cursor;
    // Where the clock has gone back, nobody knows how old they are.
    if (rows !== undefined) this.store.restore(rows.dump, age === undefined || age < 0 ? undefined : this.#now() - age);
    if (this.#writing === undefined) this.#options.offline?.hear(({ kind }) => this.#onDevice(kind));
    else this.#writing.restore(mutations, isLost);
  }

  async #letGo(): Promise<void> {
    await Promise.all([this.#keeper?.stop(), this.#writing?.kept()]);
    if (!this.#isWanted) this.#options.offline?.close();
  }

  #onStatus(): void {
    const { status, problem } = this;
    if (problem !== undefined) this.#report(problem);
    // Another tab may have what this one lacks.
    if (status === 'stopped') this.#shared?.leave();
    else this.#shared?.tell(status === 'live', problem);
    if (status === 'live') this.#writing?.reconnected();
    const listeners = [...this.#statusListeners];
    for (const listener of listeners) this.#guarded(listener);
  }

  #networkWay(): Way {
    const { transport, silenceMs = SILENCE_MS } = this.#options;
    const ask = (ears: StepEars, waitSeconds?: number): Promise<ConnectionEnd> => this.#readNetwork(ears, waitSeconds);
    return transport === 'websocket' ? ask : new SteadyWay({ now: this.#now, silenceMs, ask }).connect;
  }

  /** A stream of the server's, of this client alone; with `waitSeconds` a poll. */
  #readNetwork(ears: StepEars, waitSeconds?: number): Promise<ConnectionEnd> {
    const { url, scopes, user, onBytes, onMessage } = this.#options;
    const cursor = ears.afresh ? undefined : this.store.cursor;
    const address = streamUrl(url, { scopes, cursor, user: user?.id, waitSeconds });
    const request = { url: address, headers: () => this.#headers(), signal: ears.signal };
    return readStream(ears, {
      now: this.#now,
      resuming: cursor !== undefined,
      isHeld: this.store.holds.bind(this.store),
      onBytes: (chunk) => this.#guarded(() => onBytes?.(chunk)),
      onMessage: (message, bytes) => this.#guarded(() => onMessage?.(message, bytes)),
      open: (onChunk) => openStream(this.#options, { ...request, onChunk }),
    });
  }

  #take(step: StoreStep): void {
    const commit = step.kind === 'apply' ? this.store.apply(step.batch) : this.store.withdraw(step.scopes);
    if (step.kind === 'withdraw' || step.told || commit.changes.size > 0) this.#guarded(() => this.#options.onBatch?.(commit));
  }

  async #headers(): Promise<Record<string, string>> {
    const { headers } = this.#options;
    return typeof headers === 'function' ? headers() : (headers ?? {});
  }

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#report(localProblem('callback_failed', undefined, error));
    }
  }

  #report(problem: ClientProblem): void {
    try {
      this.#options.onProblem?.(problem);
    } catch {
      // The one who listens for problems has one; there is nobody left to tell.
    }
  }
}

const NOTHING_STORED: Changes = new Map();

/** A client that stands still until `start()`. */
export function createSyncClient(options: SyncClientOptions): SyncClient {
  return new SyncClient(options);
}
