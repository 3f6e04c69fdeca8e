/**
 * What both have touched, and nobody needs to decide: one only wrote before or after it, while the other changed it in place; or both
 * differ in nothing but the space at the end. The merged blocks, or undefined. The order of the two does not matter. Pure.
 */
export function settleClash(
  base: readonly string[],
  one: readonly string[],
  other: readonly string[],
): readonly string[] | undefined {
  return around(base, one, other) ?? around(base, other, one) ?? sameButSpace(one, other);
}

/** Where `grown` is the base with something around it, and `changed` has as many blocks as the base. */
function around(base: readonly string[], grown: readonly string[], changed: readonly string[]): readonly string[] | undefined {
  if (base.length === 0 || changed.length !== base.length) return undefined;
  for (let place = 0; place <= grown.length - base.length; place += 1) {
    if (!base.every((block, index) => withoutEnd(block) === withoutEnd(grown[place + index] ?? ''))) continue;
    const after = grown.slice(place + base.length);
    return [...grown.slice(0, place), ...(after.length > 0 ? ended(changed) : changed), ...after];
  }
  return undefined;
}

/** The last line of a text need not have an end; where something follows, it needs one. */
function ended(blocks: readonly string[]): readonly string[] {
  return blocks.map((block, index) => (index === blocks.length - 1 && !block.endsWith('\n') ? `${block}\n` : block));
}

function withoutEnd(block: string): string {
  return block.endsWith('\n') ? block.slice(0, -1) : block;
}

function sameButSpace(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  const [a, b] = [one.join(''), other.join('')];
  if (a.trimEnd() !== b.trimEnd()) return undefined;
  return a.length > b.length || (a.length === b.length && a > b) ? one : other;
}
