/** Items handled in one go, and milliseconds until the next go: a round of thousands holds up no commit. */
const SLICE = 100;
const GAP_MS = 10;

/** Makes rounds over many items with pauses in between; one that is asked for while another goes on is left out. */
export function inSlices<T>(handle: (items: readonly T[], now: number) => void): (items: T[], now: number) => void {
  let busy = false;
  const go = (waiting: T[], now: number): void => {
    handle(waiting.splice(-SLICE), now);
    busy = waiting.length > 0;
    if (busy) setTimeout(() => go(waiting, performance.now()), GAP_MS).unref();
  };
  return (items, now) => {
    if (busy) return;
    go([...items], now);
  };
}
