import { Problem, type Position } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type pg from 'pg';
import { readChanges, type Identity } from '../read/read-session.ts';
import type { ReadStatements } from '../read/read-statement.ts';
import type { SetAside } from '../read/render-rows.ts';
import { makeTurnstile } from '../read/turnstile.ts';
import { routeWindow } from '../route/route-window.ts';
import type { CatchUp } from './hub-options.ts';

/** Reads what lies between a cursor and now from the change index; says `snapshot` when it reaches back too far or holds too much. */
export function makeCatchUp(options: {
  readonly pool: pg.Pool;
  readonly statements: ReadStatements;
  readonly router: ScopeRouter;
  readonly width: number;
  readonly onSetAside: SetAside;
}): (from: Position, identity: Identity) => Promise<CatchUp> {
  const turnstile = makeTurnstile(options.width);
  return (from, identity) =>
    turnstile(async () => {
      const client = await options.pool.connect();
      let failure: Error | undefined;
      try {
        const window = await readChanges(client, options.statements, from, options.onSetAside);
        const { incarnation, timeline, floor } = window.head;
        if (incarnation !== identity.incarnation || timeline !== identity.timeline) throw new Problem('epoch_changed');
        if (!('changes' in window) || from.xmin < floor) return 'snapshot';
        return { to: window.to, routed: routeWindow(window, options.router) };
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        throw failure;
      } finally {
        client.release(failure);
      }
    });
}
