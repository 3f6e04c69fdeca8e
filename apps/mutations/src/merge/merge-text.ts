import { mergeParts, type MergePart } from './merge-parts.ts';

/** The merged text, or undefined where both changed the same. Pure. */
export function mergeText(base: string, theirs: string, yours: string): string | undefined {
  const parts = mergeParts(base, theirs, yours);
  return parts.some(isClash) ? undefined : parts.map((part) => (part.kind === 'agreed' ? part.text : '')).join('');
}

function isClash({ kind }: MergePart): boolean {
  return kind === 'clash';
}
