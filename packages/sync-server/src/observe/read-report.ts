import { formatPosition } from '@elira/protocol';
import type { RuleSet } from '@elira/rules';
import type { ChangeWindow } from '../read/change-window.ts';
import type { Identity, Overflow } from '../read/read-session.ts';

/** What the application is told of a read, once its batch is with the connections that it concerns. */
export type ReadReport = {
  /** How far has been read: PostgreSQL's text form of a snapshot. Comparable within one `incarnation`. */
  readonly position: string;
  readonly incarnation: string;
  /** Names of the tables that changed. */
  readonly tables: ReadonlySet<string>;
  /** Keys of the rows of a table that changed; none where too many changed for a batch, or the table as a whole. */
  readonly keysOf: (table: string) => ReadonlySet<string>;
  /** Rows that could not be rendered since the report before. */
  readonly setAside: readonly SetAsideRow[];
  /** Messages that its batch was sent in, one per connection. */
  readonly messages: number;
};

/** `code`: SQLSTATE. */
export type SetAsideRow = { readonly table: string; readonly key: string; readonly code: string };

export function readReport(
  window: ChangeWindow | Overflow,
  { incarnation }: Identity,
  { setAside, messages }: Pick<ReadReport, 'setAside' | 'messages'>,
  { tables }: RuleSet,
): ReadReport {
  const changes = 'changes' in window ? window.changes : [];
  const changed = new Set('changes' in window ? changes.map(({ tableId }) => tableId) : window.tables);
  return {
    position: formatPosition(window.to),
    incarnation,
    tables: new Set(tables.filter(({ id }) => changed.has(id)).map(({ name }) => name)),
    keysOf(table) {
      const id = tables.find(({ name }) => name === table)?.id;
      const keys = changes.filter((change) => change.tableId === id).map(({ key }) => key);
      return new Set(keys.filter((key) => key !== undefined));
    },
    setAside,
    messages,
  };
}
