import { afterEach, expect, test, vi } from 'vitest';
import { SYNC_SQL } from '../database/sync-migration.ts';
import { runCommand } from './run-command.ts';

afterEach(() => vi.restoreAllMocks());

async function run(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; errors: string }> {
  let out = '';
  let errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(console, 'error').mockImplementation((text: unknown) => {
    errors += `${String(text)}\n`;
  });
  const code = await runCommand(args, environment);
  vi.restoreAllMocks();
  return { code, out, errors };
}

test('help goes to standard output; no command, a wrong one and a wrong option are usage errors', async () => {
  expect(await run(['help'])).toMatchObject({ code: 0, errors: '' });
  expect((await run(['help'])).out).toContain('sync:sql');
  expect((await run([])).code).toBe(2);
  expect(await run(['nonsense'])).toMatchObject({ code: 2, out: '' });
  const wrong = await run(['migrate', '--fast']);
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.errors).toMatch(/It does not take "--fast"[^]*npm run elira -- migrate/);
});

test('sync:sql prints the schema, then the capture of the rules', async () => {
  expect(await run(['sync:sql'])).toEqual({ code: 0, out: SYNC_SQL.schema() + SYNC_SQL.capture(), errors: '' });
  expect((await run(['sync:sql', '--schema'])).out).toBe(SYNC_SQL.schema());
  expect((await run(['sync:sql', '--capture'])).out).toBe(SYNC_SQL.capture());
});

test('a wrong environment is told by name', async () => {
  expect((await run(['migrate'], { PORT: 'x' })).errors).toMatch(/✗ PORT must be/);
});
