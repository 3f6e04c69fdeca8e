/** Askers remembered; above it the ones that asked longest ago are forgotten. */
const MOST_ASKERS = 20_000;

/**
 * How often one asker may ask: `most` times at once, then as often as these come back over `seconds`. Pure but for what it remembers.
 */
export function makeAllowance(most: number, seconds: number): (asker: string, now: number) => boolean {
  const left = new Map<string, { readonly turns: number; readonly at: number }>();
  return (asker, now) => {
    const before = left.get(asker) ?? { turns: most, at: now };
    const turns = Math.min(most, before.turns + ((now - before.at) / (seconds * 1000)) * most);
    left.delete(asker);
    left.set(asker, { turns: turns < 1 ? turns : turns - 1, at: now });
    const [first] = left.keys();
    if (left.size > MOST_ASKERS && first !== undefined) left.delete(first);
    return turns >= 1;
  };
}
