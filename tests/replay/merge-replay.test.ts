import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clashesOf, settled, type Decisions } from '../../apps/web/src/drafts/conflict.ts';
import { rebase, valueOf, type Ground } from '../../apps/web/src/drafts/draft.ts';
import { mergeParts, mergeText, type Way } from '@elira/mutations';
import { readConcurrentEdits, REAL_CONCURRENT_EDITS, type ConcurrentEdit } from './concurrent-edits.ts';

const missing = existsSync(REAL_CONCURRENT_EDITS) ? '' : ` (SKIPPED: ${REAL_CONCURRENT_EDITS} is not there)`;
if (missing !== '') console.warn(`The replay of real concurrent edits is skipped:${missing}`);

const PATIENCE_MS = 120_000;

describe.skipIf(missing !== '')(`real concurrent edits${missing}`, () => {
  test(
    'D2 no line of either is lost, in what merges by itself and in what is left to decide',
    { timeout: PATIENCE_MS },
    async () => {
      const edits = await readConcurrentEdits(REAL_CONCURRENT_EDITS);
      const found = { edits: edits.length, clean: 0, asCommitted: 0, places: 0 };
      for (const { path, base, ours, theirs, merged: committed } of edits) {
        const parts = mergeParts(base, theirs, ours);
        expect(parts.map((part) => part.theirs).join('') === theirs, path).toBe(true);
        const told = parts.map((part) => (part.kind === 'agreed' ? part.text : `${part.theirs}\n${part.yours}`)).join('');
        expect([...missed(base, ours, theirs, told), ...missed(base, theirs, ours, told)], path).toEqual([]);
        const merged = mergeText(base, theirs, ours);
        expect(mergeText(base, ours, theirs) === merged, path).toBe(true);
        found.clean += Number(merged !== undefined);
        found.asCommitted += Number(merged === committed);
        found.places += parts.filter(({ kind }) => kind === 'clash').length;
      }
      // Of code, whose blocks are long, and mostly of files that git could not merge either. What merges by itself is nearly always the very
      // text that people made of it, and what does not leaves little to decide. Whoever changes the merge looks at these numbers.
      expect(found).toEqual({ edits: 245, clean: 48, asCommitted: 44, places: 271 });
    },
  );

  test('W31 whatever is decided of a clash, nothing else of either is lost', { timeout: PATIENCE_MS }, async () => {
    const edits = await readConcurrentEdits(REAL_CONCURRENT_EDITS);
    let clashing = 0;
    for (const edit of edits) {
      const ways = ['mine', 'theirs', 'both'] as const;
      const [mine = '', theirs = '', both = ''] = ways.map((way) => decidedAs(edit, way));
      const clashes = mergeParts(edit.base, edit.theirs, edit.ours).filter(({ kind }) => kind === 'clash');
      clashing += Number(clashes.length > 0);
      expect(
        [...missed(edit.base, edit.ours, edit.theirs, both), ...missed(edit.base, edit.theirs, edit.ours, both)],
        edit.path,
      ).toEqual([]);
      expect(missed(edit.base, edit.ours, edit.theirs, mine), edit.path).toEqual([]);
      expect(missed(edit.base, edit.theirs, edit.ours, theirs), edit.path).toEqual([]);
    }
    expect(clashing).toBeGreaterThan(0);
  });
});

/** What the text becomes for whoever typed `ours`, when `theirs` is saved meanwhile and they decide every clash so. */
function decidedAs({ base, ours, theirs, path }: ConcurrentEdit, way: Way): string {
  const ground: Ground = { row: { text: theirs }, kindOf: () => 'prose' };
  const draft = rebase({ text: { base, typed: ours } }, ground);
  const decisions: Decisions = Object.fromEntries(clashesOf(draft, ground).map(({ key }) => [key, { way }]));
  const next = settled(draft, ground, decisions);
  expect(clashesOf(next, ground), path).toEqual([]);
  return valueOf(next, ground, 'text');
}

/** Lines that a side has more often than the base, and `text` less often than that side, but for those that the other one took away. */
function missed(base: string, side: string, other: string, text: string): string[] {
  const [was, theirs, now] = [count(base), count(other), count(text)];
  const missing = [...count(side)].filter(([line, times]) => {
    const before = was.get(line) ?? 0;
    const taken = Math.max(0, before - (theirs.get(line) ?? 0));
    return times > before && times - taken > (now.get(line) ?? 0);
  });
  return missing.map(([line]) => line);
}

function count(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n').map((one) => one.trim())) if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
