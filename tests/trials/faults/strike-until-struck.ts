import type { HistoryFile } from '../history.ts';
import type { FaultContext, Strike } from './fault.ts';

/** Times that a strike is made at most. */
const MOST = 3;

/**
 * Makes a strike, and makes it again when it missed: some need a moment that does not always come, and the judge asks of every one that it
 * happened. Resolves when what it broke is whole again, struck or not.
 */
export async function strikeUntilStruck(strike: Strike, context: FaultContext): Promise<void> {
  let hasStruck = false;
  const history: HistoryFile = {
    ...context.history,
    write(entry) {
      if (entry.kind === 'fault' && entry.name === strike.name) hasStruck = true;
      context.history.write(entry);
    },
  };
  for (let time = 1; time <= MOST && !hasStruck; time += 1) {
    if (time > 1) context.say(`missed; time ${time}`);
    await strike.strike({ ...context, history });
  }
}
