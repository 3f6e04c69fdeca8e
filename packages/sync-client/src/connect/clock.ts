/** A source of milliseconds. */
export type Clock = () => number;

/**
 * Milliseconds since some moment, never backwards. It advances with whichever of the two clocks moved more: the monotonic
 * one stands still while some machines sleep, the wall clock may be set back. A wall clock set forward costs a reconnect.
 */
export function createClock(monotonic: Clock = () => performance.now(), wall: Clock = () => Date.now()): Clock {
  let elapsed = 0;
  let lastMonotonic = monotonic();
  let lastWall = wall();
  return () => {
    const [nextMonotonic, nextWall] = [monotonic(), wall()];
    elapsed += Math.max(0, nextMonotonic - lastMonotonic, nextWall - lastWall);
    lastMonotonic = nextMonotonic;
    lastWall = nextWall;
    return elapsed;
  };
}
