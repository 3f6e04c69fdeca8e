import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/**
 * What was observed, one JSON document a line. The judge reads nothing else, so that a run can be judged again at any time.
 * Positions are in PostgreSQL's text form.
 */
export type Entry =
  | {
      readonly kind: 'run';
      readonly seed: number;
      readonly transactions: number;
      readonly faults: readonly string[];
      readonly commit: string;
      readonly required: readonly string[];
      readonly undisturbed: boolean;
      /** Clients that are people who are signed in: name of the client → id of the user. */
      readonly people?: Readonly<Record<string, string>>;
    }
  /** A person's client is about to connect with this session. */
  | { readonly kind: 'asked'; readonly client: string; readonly session: string }
  /** A person's client was refused, threw everything away, and begins anew without a cursor when its user has signed in. */
  | { readonly kind: 'signed-out'; readonly client: string }
  /** A message as a client received it. `at` says what a cursor stands for. */
  | {
      readonly kind: 'message';
      readonly client: string;
      readonly event: string;
      readonly bytes: number;
      readonly data: unknown;
      readonly at?: { readonly position: string; readonly rounded: boolean; readonly start: string };
    }
  /** A client's own check of a state it showed. */
  | { readonly kind: 'half'; readonly client: string; readonly detail: string }
  | {
      readonly kind: 'problem';
      readonly client: string;
      readonly code: string;
      readonly word: string;
      readonly detail?: string;
    }
  /** Canaries seen for the first time among the bytes a client received. */
  | { readonly kind: 'canaries'; readonly client: string; readonly tokens: readonly string[] }
  | { readonly kind: 'log-canary'; readonly server: string; readonly tokens: readonly string[] }
  /** Everybody has passed the marker: what the oracle selects, and what each client holds. */
  | {
      readonly kind: 'barrier';
      readonly number: number;
      readonly name: string;
      readonly oracle: readonly OracleRow[];
      readonly stores: readonly { readonly client: string; readonly scopes: readonly StoredScope[] }[];
      /** Of each person: the keys of Elira's tables that SELECT under row-level security shows. */
      readonly visible?: readonly { readonly client: string; readonly keys: Readonly<Record<string, readonly string[]>> }[];
    }
  /** What a client held at a barrier, where it is written down apart from the oracle's account. */
  | { readonly kind: 'store'; readonly number: number; readonly client: string; readonly scopes: readonly StoredScope[] }
  /** How long a client took from the end of the last fault that concerned it until it showed a marker that was set after it. */
  | { readonly kind: 'healed'; readonly client: string; readonly fault: string; readonly milliseconds: number }
  | { readonly kind: 'stalled'; readonly number: number; readonly client: string; readonly detail: string }
  | { readonly kind: 'fault'; readonly name: string; readonly proof: object }
  /** Something that must hold besides the promises while this fault strikes, and what was seen of it. */
  | {
      readonly kind: 'besides';
      readonly fault: string;
      readonly what: string;
      readonly holds: boolean;
      readonly seen: object;
    }
  /** PostgreSQL crashed after history line `ord` was committed and before any later one: positions after it are another epoch's. */
  | {
      readonly kind: 'crash';
      readonly ord: number;
      /** Committed before it, and gone after it: an older copy serves, or a standby that had not heard of them, or they were never flushed. */
      readonly lost?: readonly HistoryLine[];
    }
  | ({ readonly kind: 'history' } & HistoryLine)
  /** A person makes a mutation on a device. */
  | { readonly kind: 'made'; readonly client: string; readonly id: string; readonly name: string }
  /** A person's device sends a mutation, for the first time or again; `times` at once. */
  | {
      readonly kind: 'sent';
      readonly client: string;
      readonly user: string;
      readonly id: string;
      readonly name: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly times: number;
    }
  | {
      readonly kind: 'answered';
      readonly client: string;
      readonly id: string;
      readonly status: 'applied' | 'refused' | 'unknown';
      readonly result?: unknown;
      readonly problem?: string;
    }
  /** What a device shows of a slate of its own: the row, with what it has written and does not see yet laid over it. */
  | { readonly kind: 'shows'; readonly client: string; readonly slate: string; readonly seq: number }
  /** After the last fault its outcome was not to be had. */
  | { readonly kind: 'unsettled'; readonly client: string; readonly id: string }
  /** At the end: what was decided, and what deeds there are, in the database. */
  | {
      readonly kind: 'written';
      readonly ledger: readonly {
        readonly id: string;
        readonly user: string;
        readonly name: string;
        readonly status: string;
      }[];
      readonly deeds: readonly {
        readonly mutation: string;
        /** What the person had in mind, whatever the mutation was called. */
        readonly deed: string;
        readonly user: string;
        readonly amount: number;
      }[];
    }
  | {
      readonly kind: 'end';
      readonly happened: Readonly<Record<string, number>>;
      readonly aborted: Readonly<Record<string, number>>;
      readonly transactions: number;
      readonly committed: number;
      readonly bytesScanned: number;
      readonly logBytesScanned: number;
    };

/** A state that a row came into. */
export type HistoryLine = {
  readonly ord: number;
  readonly xid: string;
  /** The snapshot it was written under: which transactions had ended by then. */
  readonly seen?: string;
  readonly tbl: string;
  readonly key: string;
  readonly views: Readonly<Record<string, unknown>>;
};

export type OracleRow = { readonly tbl: string; readonly key: string; readonly scope: string; readonly body: unknown };
export type StoredScope = {
  readonly scope: string;
  readonly rows: readonly { readonly tbl: string; readonly key: string; readonly body: unknown }[];
};

export type HistoryFile = { readonly path: string; readonly write: (entry: Entry) => void; readonly close: () => void };

/** Bytes gathered before they go to the disk. */
const GATHERED_BYTES = 256 * 1024;

export function createHistory(path: string): HistoryFile {
  const file = openSync(path, 'w');
  let gathered: string[] = [];
  let size = 0;
  const flush = (): void => {
    writeSync(file, gathered.join(''));
    [gathered, size] = [[], 0];
  };
  return {
    path,
    write(entry) {
      const line = `${JSON.stringify(entry)}\n`;
      gathered.push(line);
      size += line.length;
      if (size > GATHERED_BYTES) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}

/** Bytes read at once: a history with every fault in it is longer than a string may be. */
const READ_BYTES = 8 * 1024 * 1024;

export function readHistory(path: string): Entry[] {
  const bodies = new Map<string, unknown>();
  return [...linesOf(path)].map((line) => sharingBodies(JSON.parse(line) as Entry, bodies));
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.alloc(READ_BYTES);
  let pieces: string[] = [];
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
      const [first = '', ...others] = decoder.write(chunk.subarray(0, bytes)).split('\n');
      pieces.push(first);
      for (const next of others) {
        const line = pieces.join('');
        if (line !== '') yield line;
        pieces = [next];
      }
    }
    const last = pieces.join('');
    if (last !== '') yield last;
  } finally {
    closeSync(file);
  }
}

/** What many clients hold alike at a barrier is kept once. */
function sharingBodies(entry: Entry, bodies: Map<string, unknown>): Entry {
  if (entry.kind !== 'barrier') return entry;
  const stores = entry.stores.map(({ client, scopes }) => ({
    client,
    scopes: scopes.map(({ scope, rows }) => ({
      scope,
      rows: rows.map(({ tbl, key, body }) => {
        const text = JSON.stringify(body);
        if (!bodies.has(text)) bodies.set(text, body);
        return { tbl, key, body: bodies.get(text) };
      }),
    })),
  }));
  return { ...entry, stores };
}
