import { Problem, type Position } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type pg from 'pg';
import type { ChangeWindow } from '../read/change-window.ts';
import { readChanges, type Identity, type Overflow } from '../read/read-session.ts';
import type { ReadStatements } from '../read/read-statement.ts';
import { readTogether } from '../read/read-together.ts';
import type { SetAside } from '../read/render-rows.ts';
import { routeWindow, type RoutedWindow } from '../route/route-window.ts';
import type { CatchUp } from './hub-options.ts';
import { inGroups } from './catch-up-groups.ts';

/** Cursors that are served by one read. */
const MOST_AT_ONCE = 5_000;

type Asked = { readonly from: Position; readonly identity: Identity };
/** What was read for a cursor: a window, and where its changes lead; undefined where it holds too much. */
type Found = { readonly window: ChangeWindow | Overflow; readonly routed: RoutedWindow | undefined };
type Answers = Map<Position, Found>;

/**
 * Reads what lies between cursors and now from the change index; says `snapshot` where it reaches back too far or holds too much.
 *
 * Those who come together are served together: by one read from the oldest cursor, which all the others contain. What a window from an
 * older cursor says of rows holds for a newer one as well; of the leaves those count that the newer cursor does not contain.
 */
export function makeCatchUp(options: {
  readonly pool: pg.Pool;
  readonly statements: ReadStatements;
  readonly router: ScopeRouter;
  readonly onSetAside: SetAside;
  readonly onRead: () => void;
}): (from: Position, identity: Identity) => Promise<CatchUp> {
  async function readAll(client: pg.PoolClient, asked: readonly Asked[]): Promise<Answers> {
    const answers: Answers = new Map();
    for (const group of inGroups(asked.map(({ from }) => from))) await readGroup(client, group, answers);
    return answers;
  }

  /** Returns whether the window from the oldest of them could be read. Of what is too much for the oldest, the younger half is tried. */
  async function readGroup(client: pg.PoolClient, group: readonly Position[], answers: Answers): Promise<boolean> {
    const [oldest] = group;
    if (oldest === undefined) return true;
    options.onRead();
    const window = await readChanges(client, options.statements, oldest, options.onSetAside);
    const routed = 'changes' in window ? routeWindow(window, options.router) : undefined;
    for (const from of group) answers.set(from, { window, routed });
    if (routed !== undefined) return true;
    if (group.length === 1) return false;
    const middle = group.length >> 1;
    if (await readGroup(client, group.slice(middle), answers)) await readGroup(client, group.slice(1, middle), answers);
    return false;
  }

  const ask = readTogether<Asked, CatchUp>(
    async (asked) => {
      const client = await options.pool.connect();
      let failure: Error | undefined;
      try {
        const answers = await readAll(client, asked);
        return (one) => answerTo(one, answers.get(one.from) as Found);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        throw failure;
      } finally {
        client.release(failure);
      }
    },
    { most: MOST_AT_ONCE, gather: true },
  );
  return (from, identity) => ask({ from, identity });
}

function answerTo({ from, identity }: Asked, { window, routed }: Found): CatchUp {
  const { incarnation, timeline, floor } = window.head;
  if (incarnation !== identity.incarnation || timeline !== identity.timeline) throw new Problem('epoch_changed');
  return routed === undefined || from.xmin < floor ? 'snapshot' : { to: window.to, routed };
}
