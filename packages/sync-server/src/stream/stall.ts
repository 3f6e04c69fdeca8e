import type { Limits } from '@elira/protocol';
import type { Connection } from './connection.ts';

/** `full`: nothing more is given to it. `over`: it has been full for too long. */
export type Stall = 'none' | 'full' | 'over';

/** Whether a connection takes what it is sent, at `now` (`performance.now()`); notes since when it has not. */
export function stallOf(
  connection: Pick<Connection, 'sink' | 'fullSince'>,
  now: number,
  { socketBytes, stalledSeconds }: Pick<Limits, 'socketBytes' | 'stalledSeconds'>,
): Stall {
  if (connection.sink.waiting() <= socketBytes) {
    connection.fullSince = undefined;
    return 'none';
  }
  connection.fullSince ??= now;
  return now - connection.fullSince > stalledSeconds * 1000 ? 'over' : 'full';
}
