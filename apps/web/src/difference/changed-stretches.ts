import { sequenceDiff } from './sequence-diff.ts';

export type Stretch = { readonly from: number; readonly to: number; readonly insert: string };

/**
 * The stretches of `before` that must be replaced to make `after` of it, in their order: whatever lies between two of them, such as a caret,
 * stays where it is. Lines first, then within each run of changed lines its middle. Pure.
 */
export function changedStretches(before: string, after: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let place = 0;
  let [removed, added] = ['', ''];
  const end = (): void => {
    if (removed !== added) stretches.push(middle(place, removed, added));
    place += removed.length;
    [removed, added] = ['', ''];
  };
  for (const { kind, item } of sequenceDiff(linesOf(before), linesOf(after))) {
    if (kind === 'removed') removed += item;
    else if (kind === 'added') added += item;
    else {
      end();
      place += item.length;
    }
  }
  end();
  return stretches;
}

/** Where `place` of the text before is in the text after. */
export function movedPlace(place: number, stretches: readonly Stretch[]): number {
  let moved = place;
  for (const { from, to, insert } of stretches) {
    if (from >= place) break;
    moved += insert.length - (Math.min(to, place) - from);
  }
  return moved;
}

function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

function middle(place: number, before: string, after: string): Stretch {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: place + start, to: place + before.length - end, insert: after.slice(start, after.length - end) };
}
