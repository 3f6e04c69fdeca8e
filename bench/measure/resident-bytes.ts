import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collections until what is dead has gone, and the time between them in which pages are given back. */
const COLLECTIONS = 4;
const PAUSE_MS = 250;

/** Bytes of memory that this process has resident, after its garbage has been collected. */
export async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < COLLECTIONS; i += 1) {
    collect();
    await sleep(PAUSE_MS);
  }
  return process.memoryUsage().rss;
}
