/** Deeper than this, JSON inside a column is neither frozen nor compared: no stack overflows on a hostile document. */
export const VALUE_DEPTH = 64;

/** Freezes a JSON value with all that hangs on it: one object is given to every listener, and none may change it. */
export function freezeValue(value: object, depth = 0): void {
  Object.freeze(value);
  if (depth === VALUE_DEPTH) return;
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null) freezeValue(inner, depth + 1);
  }
}

/** Whether two JSON values are equal. False beyond `VALUE_DEPTH`, which costs a notification, not a mistake. */
export function sameValue(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > VALUE_DEPTH) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right] = [a as { [name: string]: unknown }, b as { [name: string]: unknown }];
  return names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name], depth + 1));
}
