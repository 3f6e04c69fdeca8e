/** From now on `Date` says what `now` says; it is given the true one, in milliseconds since 1970. */
export function shiftDates(now: (trueNow: number) => number): void {
  const TrueDate = Date;
  const shifted = (): number => now(TrueDate.now());
  globalThis.Date = new Proxy(TrueDate, {
    construct(target, values: unknown[], newTarget) {
      return Reflect.construct(target, values.length > 0 ? values : [shifted()], newTarget) as object;
    },
    get(target, name, receiver) {
      return name === 'now' ? shifted : (Reflect.get(target, name, receiver) as unknown);
    },
  });
}
