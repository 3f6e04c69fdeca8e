import { parsePosition, type Position } from '@elira/protocol';
import type { RoutingTuple } from '@elira/rules';

/** One row of the change index, as it was read. */
export type Change = {
  readonly xid: bigint;
  /** Order among the changes of one row; undefined for updates in the cheap form, which move nothing. */
  readonly seq: bigint | undefined;
  readonly tableId: number;
  readonly op: 'I' | 'U' | 'D' | 'R';
  /** Undefined exactly for R: every scope the table feeds is to be reloaded. */
  readonly key: string | undefined;
  readonly was: RoutingTuple | undefined;
};

/** A row as it is at the end of the window: where it stands, and its JSON text under each mask of its table. */
export type RowState = { readonly tuple: RoutingTuple; readonly bodies: readonly string[] };

/** What the same statement tells about the database it ran on. */
export type WindowHead = {
  readonly floor: bigint;
  /** Undefined when crash recovery or promotion has emptied the table: positions are no longer comparable. */
  readonly incarnation: string | undefined;
  readonly timeline: string;
};

/** Everything between two snapshots: the changes that the first does not contain and the second does, and the rows as of the second. */
export type ChangeWindow = {
  readonly to: Position;
  readonly head: WindowHead;
  readonly changes: readonly Change[];
  /** By `rowId`; a changed row that is missing here does not exist at the end of the window. */
  readonly states: ReadonlyMap<string, RowState>;
};

/** What the read statement returns, per row: kind, xid, seq, table_id, op, key, tuple, then one column per mask. */
export type ReadRow = readonly [
  kind: string,
  xid: string | null,
  seq: string | null,
  tableId: string | null,
  op: string | null,
  key: string | null,
  tuple: RoutingTuple | null,
  ...bodies: (string | null)[],
];

const FIRST_BODY = 7;

/** Identity of a row across tables. */
export function rowId(tableId: number, key: string): string {
  return `${tableId}:${key}`;
}

/** Reads the rows of the read statement. Bodies stay text: nothing here parses a row's content. */
export function readWindow(rows: readonly ReadRow[]): ChangeWindow {
  const changes: Change[] = [];
  const states = new Map<string, RowState>();
  let head: WindowHead | undefined;
  let to: Position | undefined;
  // Changes of one transaction come one after another, and mostly there are many of few.
  let last = { text: '', xid: 0n };
  for (const row of rows) {
    const [kind, xid, seq, tableId, op, key, tuple] = row;
    if (kind === 'H') {
      to = parsePosition(xid ?? '');
      head = readHead(key ?? '');
    } else if (kind === 'C') {
      if (last.text !== xid) last = { text: xid ?? '', xid: BigInt(xid ?? '') };
      changes.push({
        xid: last.xid,
        seq: seq === null ? undefined : BigInt(seq),
        tableId: Number(tableId),
        op: op as Change['op'],
        key: key ?? undefined,
        was: tuple ?? undefined,
      });
    } else {
      const bodies: string[] = [];
      for (let at = FIRST_BODY; at < row.length; at += 1) if (typeof row[at] === 'string') bodies.push(row[at] as string);
      states.set(rowId(Number(tableId), key ?? ''), { tuple: tuple ?? [], bodies });
    }
  }
  if (to === undefined || head === undefined) throw new Error('the read statement returned no head');
  return { to, head, changes, states };
}

/** Reads the head's JSON text. */
export function readHead(text: string): WindowHead {
  const head = JSON.parse(text) as { floor: string; incarnation: string | null; timeline: string };
  return { floor: BigInt(head.floor), incarnation: head.incarnation ?? undefined, timeline: head.timeline };
}
