import type { Position } from '@elira/protocol';
import { readCursor } from '../../../../packages/sync-server/src/stream/cursor-codec.ts';
import type { Cluster } from '../database/cluster.ts';
import type { History } from '../database/history.ts';
import type { Snapshot } from '../database/snapshot.ts';

/** What a cursor stands for: in which history, and where. */
export type Place = {
  readonly history: History;
  readonly snapshot: Snapshot;
  readonly key: string;
};

/** Every cursor that was sent, read back by the start it names and the position its server told. */
export class Cursors {
  readonly #cluster: Cluster;
  readonly #places = new Map<string, Place>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  sent(cursor: string, { xmin, xmax, xip }: Position): void {
    const start = readCursor(cursor, this.#cluster.current.state.signingKey)?.place.start ?? '';
    const history = this.#cluster.starts.get(start);
    if (history === undefined) throw new Error(`a cursor names a start that nobody logged: ${start}`);
    const snapshot = { xmin: Number(xmin), xmax: Number(xmax), xip: xip.map(Number) };
    const key = `${history.name}/${snapshot.xmin}:${snapshot.xmax}:${snapshot.xip.join(',')}`;
    this.#places.set(cursor, { history, snapshot, key });
  }

  placeOf(cursor: string): Place | undefined {
    return this.#places.get(cursor);
  }
}
