/** Milliseconds of a day. */
const DAY_MS = 86_400_000;

export type Days = {
  /** When each day began, in seconds since 1970, UTC; the oldest first. */
  readonly days: readonly number[];
  readonly counts: readonly (readonly number[])[];
};

/** Pure. How many of each series fall on each of the last `days` days, of which `now` (milliseconds since 1970) is in the last. */
export function perDay(series: readonly (readonly number[])[], now: number, days: number): Days {
  const first = Math.floor(now / DAY_MS) - days + 1;
  const counts = series.map((times) => {
    const found = Array.from({ length: days }, () => 0);
    for (const time of times) {
      const day = Math.floor(time / DAY_MS) - first;
      if (day >= 0 && day < days) found[day] = (found[day] ?? 0) + 1;
    }
    return found;
  });
  return { days: Array.from({ length: days }, (_, day) => ((first + day) * DAY_MS) / 1000), counts };
}
