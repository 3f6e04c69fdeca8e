/** A fault that one check must find: files to write into a copy of the tree, and what the finding must say. */
export type PlantedFault = {
  readonly check: string;
  readonly fault: string;
  /** Path to content; content that begins with `+` is appended to what is there. No two faults write the same file. */
  readonly files: Readonly<Record<string, string>>;
  /** Names what was planted, so that it is no finding about anything else. */
  readonly finding: RegExp;
};

const LONG = 401;

/** A fault in one file of the package `protocol`; `~` in paths and findings stands for the file's own name. */
function fault(
  check: string,
  what: string,
  content: string,
  finding: string,
  path = 'packages/protocol/src/~.ts',
  more: Readonly<Record<string, string>> = {},
): PlantedFault {
  const name = `planted-${what.replace(/[^a-z0-9]+/gi, '-')}`;
  const own = (text: string): string => text.replaceAll('~', name);
  const files = Object.fromEntries(Object.entries({ [path]: content, ...more }).map(([file, text]) => [own(file), own(text)]));
  return { check, fault: what, files, finding: new RegExp(own(finding)) };
}

function arrow(from: string, to: string): PlantedFault {
  return fault(
    'lint',
    `${from} imports ${to}`,
    `export { x } from '${to}';\n`,
    '~.*no-restricted-imports',
    `packages/${from}/src/~.ts`,
  );
}

const FORGETS =
  "export function f(u: 'a' | 'b'): number {\n  switch (u) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n";
const CYCLE = { 'packages/protocol/src/~-b.ts': "import type { A } from './~.ts';\nexport type B = { a: A };\n" };
const FAILS = "import { expect, test } from 'vitest';\ntest('planted', () => expect(1).toBe(2));\n";

const PLANTED_BUG =
  '+\n## Bugs that others shipped\n\n| the bug | reported as | the test |\n|---|---|---|\n| planted | us | [`Z911 planted`](../scripts/check/checks.ts) |\n';

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  fault('lint', 'a floating promise', 'export function f(): void {\n  Promise.resolve(1);\n}\n', '~.*no-floating-promises'),
  fault(
    'lint',
    'a promise as a callback',
    'export const f = (g: () => Promise<void>): void => [1].forEach(g);\n',
    '~.*no-misused-promises',
  ),
  fault('lint', 'any', 'export const f = (x: any): unknown => x;\n', '~.*no-explicit-any'),
  fault('lint', 'a suppression', '// @ts-ignore\nexport const x: number = 1;\n', '~.*ban-ts-comment'),
  fault(
    'lint',
    'a type imported as a value',
    "import { Brand } from './brand.ts';\nexport type X = Brand<string, 'X'>;\n",
    '~.*consistent-type-imports',
  ),
  fault('lint', 'a switch that forgets a case', FORGETS, '~.*switch-exhaustiveness-check'),
  fault(
    'lint',
    'a cycle of types',
    "import type { B } from './~-b.ts';\nexport type A = { b: B };\n",
    '~.*no-cycle',
    undefined,
    CYCLE,
  ),
  arrow('sync-react', '@elira/sync-server'),
  fault(
    'lint',
    'the screens import the server',
    "export { x } from '@elira/server';\n",
    '~.*no-restricted-imports',
    'apps/web/src/~.ts',
  ),
  fault(
    'lint',
    'a component library as a whole',
    "export { Button } from 'react-aria-components';\n",
    '~.*no-restricted-imports',
    'apps/web/src/~.ts',
  ),
  fault(
    'lint',
    'HTML from a string',
    'export const X = ({ html }: { html: string }): unknown => <p dangerouslySetInnerHTML={{ __html: html }} />;\n',
    '~.*no-danger',
    'apps/web/src/~.tsx',
  ),
  fault('types', 'a wrong type in a screen', 'export const X = (): number => <p />;\n', '~.*TS2322', 'apps/web/src/~.tsx'),
  arrow('protocol', 'node:path'),
  arrow('protocol', '@elira/rules'),
  arrow('rules', '@elira/sync-server'),
  arrow('postgres', '@elira/sync-server'),
  arrow('sync-server', '@elira/server'),
  arrow('sync-server', '@elira/sync-client'),
  arrow('sync-client', '@elira/sync-server'),
  arrow('testkit', '@elira/rules'),
  arrow('sync-server', '@elira/protocol/position'),
  arrow('sync-server', '../../protocol/src/position.ts'),
  fault('types', 'a wrong type', "export const x: number = 'one';\n", '~.*TS2322'),
  fault('types', 'an index taken for granted', 'export const f = (x: number[]): number => x[0];\n', '~.*TS2322'),
  fault('format', 'double quotes', 'export const x = "one"\n', '~'),
  fault('knip', 'a file that nobody imports', 'export const x = 1;\n', '~'),
  fault(
    'knip',
    'an export that nobody imports',
    '+export const planted = 1;\n',
    'planted .*limits',
    'packages/protocol/src/limits.ts',
  ),
  fault('pure', 'a test that fails', FAILS, '~', 'packages/protocol/src/~.test.ts'),
  fault('rules', 'a rule without a test', '- **Z901** planted\n', 'Z901 has no test', 'packages/~/SPEC.md'),
  fault('rules', 'a rule whose test never runs', '- **Z902** planted\n', 'Z902 is never run', 'packages/~/SPEC.md', {
    'tests/~.test.ts': "test.skip('Z902 never runs', () => expect(1).toBe(1));\n",
  }),
  fault('rules', 'a rule whose test is commented out', '- **Z905** planted\n', 'Z905 has no test', 'packages/~/SPEC.md', {
    'tests/~.test.ts': "// test('Z905 was there', () => expect(1).toBe(1));\nexport const s = \"test('Z905 in a string')\";\n",
  }),
  fault(
    'rules',
    'a rule whose test is in a skipped group',
    '- **Z906** planted\n',
    'Z906 stands in a group',
    'packages/~/SPEC.md',
    {
      'tests/~.test.ts': "describe.skip('group', () => {\n  test('Z906 x', () => expect(1).toBe(1));\n});\n",
    },
  ),
  fault('rules', 'a rule whose test is empty', '- **Z907** planted\n', 'Z907 has nothing in it', 'packages/~/SPEC.md', {
    'tests/~.test.ts': "test('Z907 x', () => {});\n",
  }),
  fault('rules', 'a rule whose test has no cases', '- **Z908** planted\n', 'Z908 has no cases', 'packages/~/SPEC.md', {
    'tests/~.test.ts': "test.each([])('Z908 x', (x) => expect(x).toBe(1));\n",
  }),
  fault('rules', 'a rule whose test nobody runs', '- **Z909** planted\n', 'Z909 lies where no project', 'packages/~/SPEC.md', {
    'packages/~/fixture/x.test.ts': "test('Z909 x', () => expect(1).toBe(1));\n",
  }),
  fault(
    'rules',
    'a rule that is only named by what is no judge',
    '- **Z910** planted\n',
    'Z910 has no test',
    'packages/~/SPEC.md',
    {
      'tests/~.ts': "export const x = { rule: 'Z910' };\n",
    },
  ),
  fault('rules', 'a test of no rule', "test('Z903 planted', () => {});\n", 'a test of Z903', 'tests/~.test.ts'),
  fault('rules', 'a rule given twice', '- **Z904** one\n- **Z904** two\n', 'Z904 is given twice', 'packages/~/SPEC.md'),
  fault('bugs', 'a bug that no test names', PLANTED_BUG, 'has no test "Z911 planted"', 'docs/trials.md'),
  fault('links', 'a link to no file', '[x](nowhere.md)\n', '~.*no such file', 'docs/~.md'),
  fault('links', 'a link to no heading', '# Here\n\n[x](#there)\n', '~.*no such heading', 'docs/~.md'),
  fault(
    'lock',
    'a range of versions',
    '{ "dependencies": { "pg": "^8.0.0" } }',
    '~.*not an exact version',
    'packages/~/package.json',
  ),
  fault(
    'lock',
    'a dependency not installed',
    '{ "dependencies": { "x": "1.0.0" } }',
    '~.*does not know x',
    'packages/~/package.json',
  ),
  fault('sizes', 'a file of 401 lines', '-- one\n'.repeat(LONG), '~.*401 lines', 'packages/protocol/src/~.sql'),
  fault('hygiene', 'a path of one machine', 'see /home/ann/elira\n', '~.*path of one machine', 'docs/~.md'),
  fault(
    'hygiene',
    'an address in the lock file',
    `"resolved": "${['https:', '', 'x'].join('/')}"\n`,
    '~.*address',
    'docs/~/package-lock.json',
  ),
  fault('hygiene', 'a registry', `${['registry', 'npmjs', 'org'].join('.')}\n`, '~.*registry', 'docs/~.md'),
  fault('hygiene', 'a token', `export const x = 'ghp_${'a1'.repeat(18)}';\n`, '~.*access token'),
  fault('hygiene', 'a secret', `export const x = { apiKey: '${'a1'.repeat(16)}' };\n`, '~.*secret'),
  fault('hygiene', 'a finding switched off', '// oxlint-disable-next-line\n', '~.*suppressed'),
];
