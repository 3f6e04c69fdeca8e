type Sides = { readonly base: readonly string[]; readonly yours: readonly string[]; readonly theirs: readonly string[] };

/** What both begin and end with alike, and between them what they differ in. Pure. */
export type NarrowClash = Sides & { readonly before: readonly string[]; readonly after: readonly string[] };

/**
 * What both wrote alike is no matter of choice: it goes before and after the clash. Blocks of the base go with it as long as they are the
 * same; a changed one stays, so that it can be seen what each made of it.
 */
export function narrowClash({ base, yours, theirs }: Sides): NarrowClash {
  const start = commonStart(base, yours, theirs);
  const rest = (blocks: readonly string[], by: number): readonly string[] => blocks.slice(by).toReversed();
  const reversed = [rest(base, start.ofBase), rest(yours, start.length), rest(theirs, start.length)] as const;
  const end = commonStart(...reversed);
  const [middleBase, middleYours, middleTheirs] = reversed.map((blocks, which) =>
    blocks.slice(which === 0 ? end.ofBase : end.length).toReversed(),
  );
  return {
    before: yours.slice(0, start.length),
    base: middleBase ?? [],
    yours: middleYours ?? [],
    theirs: middleTheirs ?? [],
    after: yours.slice(yours.length - end.length),
  };
}

function commonStart(
  base: readonly string[],
  yours: readonly string[],
  theirs: readonly string[],
): { readonly length: number; readonly ofBase: number } {
  let length = 0;
  let ofBase = 0;
  while (length < Math.min(yours.length, theirs.length) && yours[length] === theirs[length]) {
    const was = base[ofBase];
    if (was !== undefined && was !== yours[length] && `${was}\n` !== yours[length]) break;
    length += 1;
    if (was !== undefined) ofBase += 1;
  }
  return { length, ofBase };
}
