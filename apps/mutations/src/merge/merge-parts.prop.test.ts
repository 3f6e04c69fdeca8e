import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeParts, type MergePart } from './merge-parts.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const paragraph = fc.constantFrom('soil\n', 'water\n', 'pump\nsand\n', '- one\n- two\n', '# Title\n', '\n', '\n\n', 'rain\n');
const textOf = fc.array(paragraph, { maxLength: 14 });
const edit = fc.record({
  at: fc.nat(13),
  remove: fc.nat(2),
  put: fc.array(fc.oneof(paragraph, fc.constant('new\n')), { maxLength: 2 }),
});

function edited(
  text: readonly string[],
  { at, remove, put }: { at: number; remove: number; put: readonly string[] },
  mark: string,
): string {
  return text.toSpliced(at % (text.length + 1), remove, ...put.map((one) => `${mark}${one}`)).join('');
}

const join = (parts: readonly MergePart[], of: (part: MergePart) => string): string => parts.map(of).join('');

test(`D2 the parts of a merge are whole: theirs stands in them, yours on what is left, and nothing of the base is lost (SEED=${seed})`, () => {
  let clashes = 0;
  fc.assert(
    fc.property(textOf, edit, edit, (text, mine, others) => {
      const [base, yours, theirs] = [text.join(''), edited(text, mine, 'I '), edited(text, others, 'you ')];
      const parts = mergeParts(base, theirs, yours);
      clashes += Number(parts.some(({ kind }) => kind === 'clash'));
      expect(join(parts, (part) => part.theirs)).toBe(theirs);
      // The base that differs from theirs in the clashes alone: whoever goes on from there finds the same clashes and loses nothing.
      const nearer = join(parts, (part) => (part.kind === 'clash' ? part.base : part.theirs));
      const shown = join(parts, (part) => (part.kind === 'clash' ? part.yours : part.text));
      if (!parts.some(({ kind }) => kind === 'clash')) expect(nearer).toBe(theirs);
      const again = mergeParts(nearer, theirs, shown);
      expect(join(again, (part) => (part.kind === 'clash' ? part.yours : part.text))).toBe(shown);
      for (const part of parts) {
        if (part.kind !== 'clash') continue;
        expect(part.theirs === part.base || part.yours === part.base || part.theirs === part.yours).toBe(false);
      }
    }),
    { seed, numRuns: 3_000 },
  );
  expect(clashes).toBeGreaterThan(300);
});
