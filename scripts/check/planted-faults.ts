/** A fault that one check must find: files to write into a copy of the tree, and what the finding must say. */
export type PlantedFault = {
  readonly check: string;
  readonly fault: string;
  /** Path to content; content that begins with `+` is appended to what is there. */
  readonly files: Readonly<Record<string, string>>;
  readonly finding: RegExp;
};

const P = 'packages/protocol/src/planted.ts';
const LONG = 401;

const lint = (fault: string, files: Readonly<Record<string, string>>, finding: RegExp): PlantedFault => ({
  check: 'lint',
  fault,
  files,
  finding,
});
const arrow = (from: string, to: string): PlantedFault =>
  lint(
    `${from} imports ${to}`,
    { [`packages/${from}/src/planted.ts`]: `export { x } from '${to}';\n` },
    /planted\.ts.*no-restricted-imports/,
  );

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  lint(
    'a floating promise',
    { [P]: 'export function f(): void {\n  Promise.resolve(1);\n}\n' },
    /planted.*no-floating-promises/,
  ),
  lint(
    'a promise as a callback',
    { [P]: 'export const f = (g: () => Promise<void>): void => [1].forEach(g);\n' },
    /planted.*no-misused-promises/,
  ),
  lint('any', { [P]: 'export const f = (x: any): unknown => x;\n' }, /planted.*no-explicit-any/),
  lint('a suppression', { [P]: '// @ts-ignore\nexport const x: number = 1;\n' }, /planted.*ban-ts-comment/),
  lint(
    'a type imported as a value',
    { [P]: "import { Brand } from './brand.ts';\nexport type X = Brand<string, 'X'>;\n" },
    /planted.*consistent-type-imports/,
  ),
  lint(
    'a switch that forgets a case',
    { [P]: "export function f(u: 'a' | 'b'): number {\n  switch (u) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n" },
    /planted.*switch-exhaustiveness-check/,
  ),
  lint(
    'a cycle, of types only',
    {
      [P]: "import type { B } from './planted-b.ts';\nexport type A = { b: B };\n",
      'packages/protocol/src/planted-b.ts': "import type { A } from './planted.ts';\nexport type B = { a: A };\n",
    },
    /planted.*no-cycle/,
  ),
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
  { check: 'types', fault: 'a wrong type', files: { [P]: "export const x: number = 'one';\n" }, finding: /planted.*TS2322/ },
  {
    check: 'types',
    fault: 'an index taken for granted',
    files: { [P]: 'export const f = (x: number[]): number => x[0];\n' },
    finding: /planted.*TS2322/,
  },
  { check: 'format', fault: 'double quotes', files: { [P]: 'export const x = "one"\n' }, finding: /planted/ },
  { check: 'knip', fault: 'a file that nobody imports', files: { [P]: 'export const x = 1;\n' }, finding: /planted/ },
  {
    check: 'knip',
    fault: 'an export that nobody imports',
    files: { 'packages/protocol/src/brand.ts': '+export const planted = 1;\n' },
    finding: /planted .*brand/,
  },
  {
    check: 'pure',
    fault: 'a test that fails',
    files: {
      'packages/protocol/src/planted.test.ts':
        "import { expect, test } from 'vitest';\ntest('planted', () => expect(1).toBe(2));\n",
    },
    finding: /planted/,
  },
  {
    check: 'rules',
    fault: 'a rule without a test',
    files: { 'packages/planted/SPEC.md': '- **Z901** planted\n' },
    finding: /Z901 has no test/,
  },
  {
    check: 'rules',
    fault: 'a rule whose test is always skipped',
    files: {
      'packages/planted/SPEC.md': '- **Z901** planted\n',
      'tests/planted.test.ts': "test.skip('Z901 never runs', () => {});\n",
    },
    finding: /Z901 has no test/,
  },
  {
    check: 'rules',
    fault: 'a test of no rule',
    files: { 'tests/planted.test.ts': "test('Z902 planted', () => {});\n" },
    finding: /a test of Z902/,
  },
  {
    check: 'rules',
    fault: 'a rule given twice',
    files: { 'packages/planted/SPEC.md': '- **Z903** one\n- **Z903** two\n' },
    finding: /Z903 is given twice/,
  },
  {
    check: 'links',
    fault: 'a link to no file',
    files: { 'docs/planted.md': '[x](nowhere.md)\n' },
    finding: /planted.*no such file/,
  },
  {
    check: 'links',
    fault: 'a link to no heading',
    files: { 'docs/planted.md': '# Here\n\n[x](#there)\n' },
    finding: /planted.*no such heading/,
  },
  {
    check: 'sizes',
    fault: 'a file of 401 lines',
    files: { 'packages/protocol/src/planted.sql': '-- one\n'.repeat(LONG) },
    finding: /planted.*401 lines/,
  },
  {
    check: 'hygiene',
    fault: 'a path of one machine',
    files: { 'docs/planted.md': 'see /home/ann/elira\n' },
    finding: /planted.*path of one machine/,
  },
  {
    check: 'hygiene',
    fault: 'an address in the lock file',
    files: { 'docs/package-lock.json': '"resolved": "https://x"\n' },
    finding: /docs\/package-lock\.json.*address/,
  },
  { check: 'hygiene', fault: 'a registry', files: { 'docs/planted.md': 'registry.npmjs.org\n' }, finding: /planted.*registry/ },
  {
    check: 'hygiene',
    fault: 'a token',
    files: { [P]: `export const x = 'ghp_${'a1'.repeat(18)}';\n` },
    finding: /planted.*access token/,
  },
  {
    check: 'hygiene',
    fault: 'a secret',
    files: { [P]: `export const x = { apiKey: '${'a1'.repeat(16)}' };\n` },
    finding: /planted.*secret/,
  },
  {
    check: 'hygiene',
    fault: 'a finding switched off',
    files: { [P]: '// oxlint-disable-next-line\n' },
    finding: /planted.*suppressed/,
  },
];
