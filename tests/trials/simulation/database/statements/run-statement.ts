import { ModelError, readArray, selected, type Answer } from '../answer.ts';
import type { Cluster } from '../cluster.ts';
import type { History } from '../history.ts';
import { snapshotText, type Snapshot } from '../snapshot.ts';
import { beat, beginAnew, emptyLeaf, establish, logStart, raiseFloor, reach, reload, thin } from '../upkeep.ts';
import type { Catalogue } from './catalogue.ts';
import { runMemberships, runRowsByKey, runRowsOfMany, runRowsOfScope } from './row-statements.ts';
import { isWindow, runOverflow, runWindow } from './window-statement.ts';

/** What a statement runs in. */
export type StatementContext = {
  readonly cluster: Cluster;
  /** The database that this session is connected to: perhaps no longer the cluster's current one. */
  readonly history: History;
  readonly catalogue: Catalogue;
  readonly snapshot: Snapshot;
};
type Values = readonly (string | null)[];
type Run = (values: Values, context: StatementContext, text: string) => Answer | undefined;

const SECOND_MS = 1000;

/**
 * Every statement of the engine, beside those that begin and end transactions, recognised by its text. One that is not known is an error:
 * the model says so rather than guess.
 */
const STATEMENTS: readonly (readonly [begins: string, run: Run])[] = [
  ['SELECT s.bucket_shift AS shift', (_, { history }) => selected({ shift: 'integer' }, [[String(history.state.shift)]])],
  [
    'SELECT EXISTS (SELECT FROM sync.start',
    ([start], { history }) => selected({ known: 'boolean' }, [[start !== null && history.starts.has(start ?? '') ? 't' : 'f']]),
  ],
  [
    'SELECT id FROM sync.start',
    ([starts], { history }) =>
      selected(
        { id: 'text' },
        readArray(starts ?? '{}')
          .filter((start) => history.starts.has(start))
          .map((start) => [start]),
      ),
  ],
  [
    'SELECT sync.establish()',
    (_, { cluster }) => {
      establish(cluster);
      return selected({ establish: 'text' }, [[cluster.current.incarnation ?? null]]);
    },
  ],
  [
    'SELECT sync.begin_anew(',
    ([lost], { cluster }) => {
      beginAnew(cluster, lost ?? '');
      return selected({ begin_anew: 'text' }, [[cluster.current.incarnation ?? null]]);
    },
  ],
  [
    'SELECT left(pg_walfile_name',
    (_, { history: { timeline, incarnation } }) =>
      selected({ timeline: 'text', incarnation: 'text' }, [[timelineText(timeline), incarnation ?? null]]),
  ],
  [
    'SELECT sync.log_start',
    ([start], { cluster }) => {
      logStart(cluster, start ?? '');
      return selected({ log_start: 'void' }, [['']]);
    },
  ],
  [
    'SELECT i.id AS incarnation, left(pg_walfile_name',
    (_, { history: current }) =>
      selected({ incarnation: 'text', timeline: 'text', place: 'text', signing_key: 'text' }, [
        [current.incarnation ?? null, timelineText(current.timeline), '5/16384/7', current.state.signingKey],
      ]),
  ],
  [
    'SELECT pg_current_snapshot()::text AS at, (SELECT i.id',
    (_, { history, snapshot }) =>
      selected({ at: 'text', incarnation: 'text' }, [[snapshotText(snapshot), history.incarnation ?? null]]),
  ],
  [
    'SELECT pg_current_snapshot()::text AS at, sync.reach(',
    ([seconds, changes], { cluster, history, snapshot }) => {
      const oldest = reach(history, cluster.wall() - Number(seconds) * SECOND_MS, Number(changes));
      return selected({ at: 'text', oldest: 'text' }, [[snapshotText(snapshot), oldest === undefined ? null : String(oldest)]]);
    },
  ],
  [
    'SELECT pg_current_snapshot()::text, (SELECT i.id::text',
    (values, { history, snapshot }, text) => runMemberships(text, values, history, snapshot),
  ],
  [
    'SELECT pg_current_snapshot()::text, json_build_object',
    (values, { history, snapshot }) => runOverflow(values, history, snapshot),
  ],
  [
    'SELECT sync.beat(',
    ([seconds], { cluster }) => selected({ beat: 'boolean' }, [[beat(cluster, Number(seconds) * SECOND_MS) ? 't' : 'f']]),
  ],
  ['SELECT pg_try_advisory_lock', () => selected({ got: 'boolean' }, [['t']])],
  ['SELECT pg_advisory_unlock', () => selected({ pg_advisory_unlock: 'boolean' }, [['t']])],
  [
    'SELECT r.floor::text',
    ([retained, changes, settle], { cluster }) => {
      const limits = {
        retainMs: Number(retained) * SECOND_MS,
        mostChanges: Number(changes),
        settleMs: Number(settle) * SECOND_MS,
      };
      const { floor, leaf, stuck, held, oldestSeconds } = raiseFloor(cluster, limits);
      return selected({ floor: 'text', leaf: 'integer', stuck: 'boolean', held: 'integer', oldest: 'integer' }, [
        [String(floor), String(leaf), stuck ? 't' : 'f', String(held), String(Math.round(oldestSeconds))],
      ]);
    },
  ],
  [
    'SELECT sync.empty_leaf',
    ([leaf], { cluster }) => selected({ done: 'boolean' }, [[emptyLeaf(cluster, Number(leaf)) ? 't' : 'f']]),
  ],
  [
    'SELECT sync.thin',
    ([slice, changes], { cluster }) => selected({ gone: 'integer' }, [[String(thin(cluster, Number(slice), Number(changes)))]]),
  ],
  ['SELECT to_regclass', () => selected({ there: 'boolean' }, [['t']])],
  [
    'SELECT sync.touch',
    ([relation], { cluster }) => {
      const { table } = cluster.current.tables.get((relation ?? '').replace('public.', '')) ?? {};
      if (table !== undefined) cluster.atOnce((transaction) => reload(transaction, table.id));
      return selected({ touch: 'void' }, [['']]);
    },
  ],
];

export function runStatement(text: string, values: Values, context: StatementContext): Answer {
  const { history, catalogue, snapshot } = context;
  if (isWindow(text)) return runWindow(text, values, history, snapshot);
  const trimmed = text.trimStart();
  const known = STATEMENTS.find(([begins]) => trimmed.startsWith(begins));
  if (
    known !== undefined &&
    history.isReadOnly &&
    /sync\.(?:establish|begin_anew|log_start|beat|touch|thin|empty_leaf)|r\.floor/.test(text)
  )
    throw new ModelError('25006', 'cannot execute in a read-only transaction');
  const answer =
    known?.[1](values, context, trimmed) ??
    catalogue.answer(trimmed, values) ??
    runRowsOfMany(trimmed, values, history, snapshot) ??
    runRowsOfScope(trimmed, values, history, snapshot) ??
    runRowsByKey(trimmed, values, history, snapshot);
  if (answer === undefined) throw new ModelError('0A000', `the model does not know this statement: ${trimmed.slice(0, 200)}`);
  return answer;
}

export function timelineText(timeline: number): string {
  return timeline.toString(16).toUpperCase().padStart(8, '0');
}
