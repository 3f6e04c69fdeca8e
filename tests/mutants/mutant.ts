import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A fault planted into our own code, and the quickest check that must notice it. */
export type Mutant = {
  readonly name: string;
  readonly patch: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  readonly check:
    | { readonly kind: 'trials'; readonly args: readonly string[] }
    | { readonly kind: 'test'; readonly args: readonly string[] };
};

/**
 * Reads `<name>.patch`: before the diff stand `what: …` and either `trials: <arguments of npm run trials>` or
 * `test: <arguments of vitest>`. Words in double quotes stay together.
 */
export function readMutants(folder: string): Mutant[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .toSorted()
    .map((file) => {
      const path = join(folder, file);
      const [head = ''] = readFileSync(path, 'utf8').split(/^diff --git /m);
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1];
      const [what, trials, test] = [field('what'), field('trials'), field('test')];
      const args = trials ?? test;
      if (what === undefined || args === undefined)
        throw new Error(`${file}: lacks its "what:", or both "trials:" and "test:"`);
      return {
        name: basename(file, '.patch').replaceAll('-', ' '),
        patch: path,
        what,
        check: { kind: trials === undefined ? 'test' : 'trials', args: words(args) },
      };
    });
}

function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
