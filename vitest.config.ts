import { defineConfig } from 'vitest/config';

const CONDITIONS = ['source', 'node'];
const ROOTS = ['packages/*/src', 'apps/*/src', 'tests', 'bench', 'scripts', 'examples'];
const at = (...suffixes: string[]): string[] => ROOTS.flatMap((root) => suffixes.map((suffix) => `${root}/**/*${suffix}`));

/** Three projects: `pure` needs nothing, `pg` needs PostgreSQL and starts it, `browser` needs both that and the built screens. */
export default defineConfig({
  resolve: { conditions: CONDITIONS },
  ssr: { resolve: { conditions: CONDITIONS } },
  // Global set-up runs in an environment of vitest's own, which takes neither of the two above.
  environments: { __vitest__: { resolve: { conditions: CONDITIONS } } },
  test: {
    maxWorkers: 2,
    // What is waited for may take its time on a machine that has other work to do: no test is about how long.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: at('.test.ts', '.test.tsx'),
          exclude: ['**/*.pg.test.ts', '**/*.browser.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'pg',
          include: at('.pg.test.ts'),
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tests/setup/embedded-cluster.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          teardownTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: at('.browser.test.ts'),
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tests/setup/embedded-cluster.ts'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
          teardownTimeout: 30_000,
        },
      },
    ],
  },
});
