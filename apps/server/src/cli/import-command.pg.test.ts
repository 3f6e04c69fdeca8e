import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { courseFolder, GARDEN } from '../../fixture/course-folder.ts';
import { runCommand } from './run-command.ts';

let database: ScratchDatabase;
beforeAll(async () => {
  database = await scratchDatabase('import_command');
});
afterAll(() => database.drop());

test('IM4 the command says what it does, what it made and what it did not use, and --strict makes the latter a failure', async () => {
  const folder = await courseFolder('garden', GARDEN);
  const { path } = folder;
  let out = '';
  const said: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  const stderr = vi.spyOn(console, 'error').mockImplementation((line: unknown) => void said.push(String(line)));
  const command = (...args: string[]): Promise<number> => runCommand(['import', ...args], { DATABASE_URL: database.url });
  const codes = [
    await command(path),
    await command(path, '--strict'),
    await command(),
    await command(path, '--fast'),
    await command(join(path, 'images')),
  ];
  stdout.mockRestore();
  stderr.mockRestore();
  await folder.remove();
  expect(codes).toEqual([0, 1, 2, 2, 1]);
  expect(out).toMatch(
    /not used {2}LICENSE: neither[^]*2 modules, 3 lessons with 3 pages, 1 introductions, 2 quizzes, 3 questions, 2 pictures/,
  );
  expect(out).toMatch(/note {6}lessons\/1-ground\/lessons\/1-soil\/README\.md: pictures that are not in the folder/);
  expect(said.join('\n')).toMatch(
    /Read 9 pages\.[^]*Writing: 22 rows are new[^]*It takes one folder[^]*✗ There is no Markdown in images/,
  );
});
