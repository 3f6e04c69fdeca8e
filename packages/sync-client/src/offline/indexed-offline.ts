import { deleteDB } from 'idb';
import type { Row, ScopeKey } from '@elira/protocol';
import { dumpOf } from './kept-rows.ts';
import type { Kept, KeptMutation, KeptRow, OfflineStore, RowsStep, TabNews } from './offline-store.ts';
import { browserMarks, WaitingMark, type Marks } from './waiting-mark.ts';
import { emptied, openDatabase, type Database, type DatabaseTransaction, type ObjectStore } from './open-database.ts';

/** Form of what is kept. Another form is thrown away, except mutations. */
export const KEPT_VERSION = 1;
/** Most rows that are read or written before others get their turn. */
export const SLICE_ROWS = 1000;

/** Milliseconds before each attempt to begin anew where the browser took the database away. */
const ANEW_MS = [0, 500, 2000, 8000, 30_000] as const;

/** What is needed of a browser's `navigator.locks`. */
export type Locks = {
  readonly request: (name: string, options: { readonly signal: AbortSignal }, work: () => Promise<void>) => Promise<void>;
};

/** What is needed of a BroadcastChannel: browsers and Node type it differently. */
type Channel = {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  readonly postMessage: (news: TabNews) => void;
  readonly close: () => void;
};

export type IndexedOfflineOptions = {
  readonly userId: string;
  /** `navigator.locks` where it is there. Without it each tab sends on its own, and the one that came last keeps the rows. */
  readonly locks?: Locks | undefined;
  /** `localStorage` where it is there: without it, mutations that the browser removed while it was closed are not missed. */
  readonly marks?: Marks | undefined;
};

type State = Pick<RowsStep, 'cursor' | 'epoch' | 'scopes' | 'freshAt'> & {
  readonly name: 'state';
  readonly version: number;
  readonly userId: string;
  /** Another text with each step: whoever does not know the last one did not see it. */
  readonly stamp: string;
};

/** What a browser keeps for one user: the IndexedDB database `elira-<user>`. */
export function indexedOffline(options: IndexedOfflineOptions): OfflineStore {
  return new IndexedOffline(options);
}

class IndexedOffline implements OfflineStore {
  readonly userId: string;
  readonly isExclusive: boolean;
  readonly #name: string;
  readonly #locks: Locks | undefined;
  #opened: Promise<Database> | undefined;
  #onProblem: (detail: string, cause?: unknown) => void = () => undefined;
  #stamp: string | undefined;
  #channel: Channel | undefined;
  readonly #mark: WaitingMark;
  #listener: ((news: TabNews) => void) | undefined;
  #isNew = false;

  constructor({ userId, locks = browserLocks(), marks = browserMarks() }: IndexedOfflineOptions) {
    this.userId = userId;
    this.#name = `elira-${userId}`;
    this.#locks = locks;
    this.isExclusive = locks !== undefined;
    this.#mark = new WaitingMark(this.#name, marks);
  }

  async open(onProblem: (detail: string, cause?: unknown) => void): Promise<Kept> {
    this.#onProblem = onProblem;
    const database = await this.#database();
    const transaction = database.transaction(['rows', 'state'], 'readonly');
    transaction.done.catch(ignore);
    let rows: Kept['rows'];
    try {
      const state = await transaction.objectStore('state').get('state');
      if (state !== undefined) {
        const { stamp, ...checked } = checkState(state, this.userId);
        rows = { dump: dumpOf(checked, await readRows(transaction.objectStore('rows'))), freshAt: checked.freshAt };
        this.#stamp = stamp;
      }
    } catch (error) {
      onProblem('the rows on this device could not be used; they come anew', error);
      await emptied(database, ['rows', 'state']);
      this.#stamp = undefined;
    }
    const mutations = await this.readMutations();
    const isLost = this.#isNew && mutations.length === 0 && this.#mark.isSet;
    if (isLost) onProblem('the browser removed what was kept here, with mutations that waited to be sent');
    this.#mark.set(mutations.length > 0);
    return { ...(rows === undefined ? {} : { rows }), mutations, ...(isLost ? { isLost } : {}) };
  }

  async saveRows({ whole, rows, settled, cursor, epoch, scopes, freshAt }: RowsStep): Promise<'saved' | 'overtaken'> {
    const stamp = crypto.randomUUID();
    const result = await this.#write(['rows', 'state', 'outbox'], 'relaxed', async (transaction) => {
      const [store, states] = [transaction.objectStore('rows'), transaction.objectStore('state')];
      const before = await states.get('state');
      if (!whole && stampOf(before) !== this.#stamp) return 'overtaken';
      if (whole) await store.clear();
      for (let at = 0; at < rows.length; at += SLICE_ROWS)
        await Promise.all(rows.slice(at, at + SLICE_ROWS).map((one) => writeRow(store, one)));
      await remove(transaction, settled);
      const state: State = { name: 'state', version: KEPT_VERSION, userId: this.userId, stamp, cursor, epoch, scopes, freshAt };
      await states.put(state);
      return 'saved';
    });
    if (result === 'saved') this.#stamp = stamp;
    if (settled.length > 0) await this.#markWhatWaits();
    return result;
  }

  async readMutations(): Promise<readonly KeptMutation[]> {
    const database = await this.#database();
    const all = await database.transaction(['outbox'], 'readonly').objectStore('outbox').getAll();
    const own = all.filter((one) => isMutationOf(one, this.userId));
    if (own.length < all.length)
      this.#onProblem('mutations that are not this user’s, or not to be understood, were left alone');
    return own;
  }

  async putMutations(mutations: readonly KeptMutation[]): Promise<void> {
    this.#mark.set(true);
    const put = async (transaction: DatabaseTransaction): Promise<void> => {
      const written = mutations.map(async (one) => transaction.objectStore('outbox').put(one));
      // Somebody who clicks and leaves at once has been shown that it is done.
      transaction.commit();
      await Promise.all(written);
    };
    try {
      await this.#write(['outbox'], 'strict', put);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'QuotaExceededError') throw error;
      // Rows can be had again from the server; what somebody wrote cannot.
      await this.#write(['rows', 'state', 'outbox'], 'strict', async (transaction) => {
        await Promise.all([transaction.objectStore('rows').clear(), transaction.objectStore('state').clear()]);
        await put(transaction);
      });
      this.#onProblem('the device is full: the rows on it made room for what waits to be sent', error);
    }
  }

  async removeMutations(ids: readonly string[]): Promise<void> {
    await this.#write(['outbox'], 'relaxed', (transaction) => remove(transaction, ids));
    await this.#markWhatWaits();
  }

  async wipe(): Promise<void> {
    const database = await this.#database();
    await emptied(database, ['rows', 'state', 'outbox']);
    this.#mark.set(false);
    this.close();
    // Other tabs may hold on to what is empty now; they let go when they notice.
    deleteDB(this.#name).catch(ignore);
  }

  close(): void {
    this.#opened?.then((database) => database.close(), ignore);
    this.#opened = undefined;
    this.#channel?.close();
    this.#channel = undefined;
  }

  async alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (this.#locks === undefined) await work();
    else await this.#locks.request(`${this.#name}-${name}`, { signal }, work);
  }

  tell(news: TabNews): void {
    this.#tabs().postMessage(news);
  }

  hear(listener: (news: TabNews) => void): () => void {
    const channel = this.#tabs();
    channel.onmessage = (event) => listener(event.data as TabNews);
    this.#listener = listener;
    return () => {
      channel.onmessage = null;
      this.#listener = undefined;
    };
  }

  #tabs(): Channel {
    return (this.#channel ??= new BroadcastChannel(this.#name) as unknown as Channel);
  }

  #database(): Promise<Database> {
    if (this.#opened === undefined) {
      const opened = openDatabase({
        name: this.#name,
        onLost: (why) => this.#lose(why),
        onNew: () => void (this.#isNew = true),
        onProblem: (...told) => this.#onProblem(...told),
      });
      this.#opened = opened;
      // One that could not be opened is tried again by whoever needs it next.
      opened.catch(() => void (this.#opened = undefined));
    }
    return this.#opened;
  }

  /** What the browser took away is begun anew at once, with what is in memory; what another tab wants, is that one's. */
  #lose(why: 'wanted' | 'gone'): void {
    this.#opened = undefined;
    if (why === 'gone') void this.#beginAnew();
  }

  /** Never rejects. */
  async #beginAnew(): Promise<void> {
    let cause: unknown;
    for (const ms of ANEW_MS) {
      // A browser that is still removing things refuses to open what it removes.
      await new Promise((resolve) => setTimeout(resolve, ms));
      // Let go of, or forgotten, meanwhile.
      if (this.#listener === undefined) return;
      try {
        await this.#database();
        this.#onProblem('the browser removed what was kept here; what is in memory is kept anew');
        this.#listener({ kind: 'removed' });
        return;
      } catch (error) {
        cause = error;
      }
    }
    this.#onProblem('the browser removed what was kept here', cause);
  }

  async #markWhatWaits(): Promise<void> {
    const outbox = (await this.#database()).transaction(['outbox'], 'readonly').objectStore('outbox');
    this.#mark.set((await outbox.getAll(undefined, 1)).length > 0);
  }

  /** All of `work`, or nothing. */
  async #write<T>(
    stores: Parameters<Database['transaction']>[0],
    durability: 'strict' | 'relaxed',
    work: (transaction: DatabaseTransaction) => Promise<T>,
  ): Promise<T> {
    const transaction = (await this.#database()).transaction(stores, 'readwrite', { durability });
    transaction.done.catch(ignore);
    try {
      const result = await work(transaction);
      await transaction.done;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It is over already.
      }
      throw error;
    }
  }
}

async function remove(transaction: DatabaseTransaction, ids: readonly string[]): Promise<void> {
  const outbox = transaction.objectStore('outbox');
  await Promise.all(ids.map(async (id) => outbox.delete(id)));
}

async function readRows(store: ObjectStore): Promise<KeptRow[]> {
  const rows: KeptRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last === undefined ? undefined : rowsAfter(last);
    const slice = await store.getAll(after, SLICE_ROWS);
    for (const one of slice) rows.push(checkRow(one));
    if (slice.length < SLICE_ROWS) return rows;
  }
}

function rowsAfter({ scope, table, key }: KeptRow): unknown {
  const { IDBKeyRange: ranges } = globalThis as unknown as {
    readonly IDBKeyRange: { lowerBound(from: unknown, open: boolean): unknown };
  };
  return ranges.lowerBound([scope, table, key], true);
}

/** Async, so that what throws at once rejects like the rest. */
async function writeRow(store: ObjectStore, one: KeptRow): Promise<unknown> {
  return one.row === undefined ? store.delete([one.scope, one.table, one.key]) : store.put(one);
}

function stampOf(state: unknown): string | undefined {
  return isRecord(state) && typeof state['stamp'] === 'string' ? state['stamp'] : undefined;
}

function checkState(value: unknown, userId: string): State {
  if (!isRecord(value)) throw new TypeError('the state is no record');
  const { version, cursor, epoch, scopes, freshAt, stamp } = value;
  if (version !== KEPT_VERSION) throw new TypeError(`rows of version ${String(version)} were kept`);
  if (value['userId'] !== userId) throw new TypeError('the rows are somebody else’s');
  const isText = (one: unknown): boolean => one === undefined || typeof one === 'string';
  const isList = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  const isTime = freshAt === undefined || typeof freshAt === 'number';
  if (!isText(cursor) || !isText(epoch) || !isList || !isTime || typeof stamp !== 'string')
    throw new TypeError('the state is damaged');
  return value as State;
}

function checkRow(value: unknown): KeptRow {
  const isWhole = isRecord(value) && typeof value['scope'] === 'string' && isRecord(value['row']);
  if (!isWhole || typeof value['table'] !== 'string' || typeof value['key'] !== 'string')
    throw new TypeError('a row is damaged');
  return { scope: value['scope'] as ScopeKey, table: value['table'], key: value['key'], row: value['row'] as Row };
}

function isMutationOf(value: unknown, userId: string): value is KeptMutation {
  if (!isRecord(value) || value['userId'] !== userId) return false;
  const isText = ['id', 'name', 'lane', 'madeAt'].every((name) => typeof value[name] === 'string');
  return isText && ['waiting', 'answered', 'refused'].includes(value['state'] as string);
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function browserLocks(): Locks | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: Locks } };
  return navigator?.locks;
}

function ignore(): void {
  // Told by whoever waits for it.
}
