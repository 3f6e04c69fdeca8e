import { deleteDB, openDB } from 'idb';

/**
 * The database of one user. In: its name. Out: the database with the three stores below. The promise: whatever stands in their place, what
 * waits in the outbox is kept; nothing else of it needs to be, since the server has it.
 *
 *   rows     {scope, table, key, row}, keyed by the first three
 *   state    one record: where the rows stand, and in which form
 *   outbox   mutations, by id
 */
export const DATABASE_VERSION = 1;

/** What is needed of IndexedDB. The names of its own types are a browser's, which Node's types do not know. */
export type Database = {
  readonly version: number;
  readonly objectStoreNames: { readonly contains: (name: string) => boolean };
  readonly transaction: (
    stores: readonly StoreName[],
    mode: 'readonly' | 'readwrite',
    options?: { readonly durability: 'strict' | 'relaxed' },
  ) => DatabaseTransaction;
  readonly createObjectStore: (name: string, options: { readonly keyPath: string | readonly string[] }) => unknown;
  readonly close: () => void;
};
export type StoreName = 'rows' | 'state' | 'outbox';
export type DatabaseTransaction = {
  readonly objectStore: (name: StoreName) => ObjectStore;
  readonly done: Promise<void>;
  /** Nothing more is asked in it: what was is written even when the page goes away before it hears of that. */
  readonly commit: () => void;
  readonly abort: () => void;
};
export type ObjectStore = {
  readonly keyPath: unknown;
  readonly get: (key: string) => Promise<unknown>;
  readonly getAll: (query?: unknown, count?: number) => Promise<unknown[]>;
  readonly put: (value: object) => Promise<unknown>;
  readonly delete: (key: string | readonly string[]) => Promise<void>;
  readonly clear: () => Promise<void>;
};

const STORES: Readonly<Record<StoreName, string | readonly string[]>> = {
  rows: ['scope', 'table', 'key'],
  state: 'name',
  outbox: 'id',
};

export type OpenDatabase = {
  readonly name: string;
  /** The database is wanted by somebody else, or the browser took it away. */
  readonly onLost: (why: 'wanted' | 'gone') => void;
  /** There was none. */
  readonly onNew?: () => void;
  /** Rows were thrown away. */
  readonly onProblem: (detail: string, cause?: unknown) => void;
};

export async function openDatabase(open: OpenDatabase): Promise<Database> {
  const database = await openSome(open);
  const usable = isUsable(database);
  if (usable && database.version === DATABASE_VERSION) return database;
  open.onProblem(usable ? 'rows of a newer version of the application were not used' : 'a damaged database was made anew');
  if (!usable) return rebuild(open, database);
  await emptied(database, ['rows', 'state']);
  return database;
}

export async function emptied(database: Database, stores: readonly StoreName[]): Promise<void> {
  const transaction = database.transaction(stores, 'readwrite');
  await Promise.all([...stores.map((store) => transaction.objectStore(store).clear()), transaction.done]);
}

/** As it is, when a newer version of the application was here before. */
async function openSome(open: OpenDatabase): Promise<Database> {
  try {
    return await openAt(open, DATABASE_VERSION);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'VersionError') throw error;
    return openAt(open, undefined);
  }
}

async function openAt(
  { name, onLost, onNew }: Omit<OpenDatabase, 'onProblem'>,
  version: number | undefined,
): Promise<Database> {
  let [isNew, wasThere] = [false, true];
  const opened = await new Promise<Database>((resolve, reject) => {
    openDB(name, version, {
      upgrade(made, before) {
        [isNew, wasThere] = [true, before > 0];
        const database = made as unknown as Database;
        for (const [store, keyPath] of Object.entries(STORES))
          if (!database.objectStoreNames.contains(store)) database.createObjectStore(store, { keyPath });
      },
      blocked: () => reject(new Error('another tab holds on to the database: close it')),
      blocking(_current, _next, event) {
        (event.target as unknown as Database | null)?.close();
        onLost('wanted');
      },
      terminated: () => onLost('gone'),
    }).then((database) => resolve(database as unknown as Database), reject);
  });
  if (isNew) await takeRescued(name, opened);
  if (!wasThere) onNew?.();
  return opened;
}

function isUsable(database: Database): boolean {
  const names = Object.keys(STORES) as StoreName[];
  if (!names.every((store) => database.objectStoreNames.contains(store))) return false;
  const transaction = database.transaction(names, 'readonly');
  transaction.done.catch(() => undefined);
  return names.every((store) => JSON.stringify(transaction.objectStore(store).keyPath) === JSON.stringify(STORES[store]));
}

/** Makes a database anew. What waits in its outbox is laid aside first: whatever happens in between, it is found again. */
async function rebuild(open: OpenDatabase, damaged: Database): Promise<Database> {
  const { name, onLost } = open;
  if (damaged.objectStoreNames.contains('outbox')) {
    const waiting = await damaged.transaction(['outbox'], 'readonly').objectStore('outbox').getAll();
    const rescue = await openAside(name);
    const transaction = rescue.transaction(['outbox'], 'readwrite', { durability: 'strict' });
    const readable = waiting.filter(
      (one) => typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string',
    );
    await Promise.all([...readable.map((one) => transaction.objectStore('outbox').put(one as object)), transaction.done]);
    rescue.close();
  }
  damaged.close();
  await deleteDB(name);
  return openAt({ name, onLost }, DATABASE_VERSION);
}

async function takeRescued(name: string, database: Database): Promise<void> {
  const rescue = await openAside(name);
  const waiting = await rescue.transaction(['outbox'], 'readonly').objectStore('outbox').getAll();
  rescue.close();
  const transaction = database.transaction(['outbox'], 'readwrite', { durability: 'strict' });
  await Promise.all([...waiting.map((one) => transaction.objectStore('outbox').put(one as object)), transaction.done]);
  await deleteDB(aside(name));
}

async function openAside(name: string): Promise<Database> {
  const rescue = await openDB(aside(name), 1, {
    upgrade(made) {
      (made as unknown as Database).createObjectStore('outbox', { keyPath: 'id' });
    },
  });
  return rescue as unknown as Database;
}

function aside(name: string): string {
  return `${name}-rescued`;
}
