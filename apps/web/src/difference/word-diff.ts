import { sequenceDiff, type DiffItem } from './sequence-diff.ts';

export type WordRun = { readonly kind: DiffItem<string>['kind']; readonly text: string };

/** What differs of two texts, word by word; space between two changes counts as changed with them. Pure. */
export function wordDiff(from: string, to: string): readonly WordRun[] {
  return runsOf(sequenceDiff(wordsOf(from), wordsOf(to)));
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) ?? [];
}

/** In each stretch of changes, what is removed comes before what is added. */
function runsOf(items: readonly DiffItem<string>[]): readonly WordRun[] {
  const runs: WordRun[] = [];
  let [removed, added] = ['', ''];
  const end = (): void => {
    if (removed !== '') runs.push({ kind: 'removed', text: removed });
    if (added !== '') runs.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const [index, { kind, item }] of items.entries()) {
    const isBetween = item.trim() === '' && removed + added !== '' && isChange(items[index + 1]);
    if (kind === 'removed' || (kind === 'same' && isBetween)) removed += item;
    if (kind === 'added' || (kind === 'same' && isBetween)) added += item;
    if (kind !== 'same' || isBetween) continue;
    end();
    const last = runs.at(-1);
    if (last?.kind === 'same') runs[runs.length - 1] = { kind: 'same', text: last.text + item };
    else runs.push({ kind: 'same', text: item });
  }
  end();
  return runs;
}

function isChange(item: DiffItem<string> | undefined): boolean {
  return item !== undefined && item.kind !== 'same';
}
