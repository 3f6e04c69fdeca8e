import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { Window } from 'happy-dom';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

let database: ScratchDatabase;
let sql: pg.Client;
let server: ChildProcess;
let url: string;
const window = new Window();

beforeAll(async () => {
  database = await scratchDatabase('example');
  sql = await database.client();
  const args = ['--conditions=source', '--import', 'tsx', 'examples/express-server.ts'];
  server = spawn(process.execPath, args, {
    env: { ...process.env, DATABASE_URL: database.url, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  server.stdout?.on('data', (chunk) => (said += String(chunk)));
  url = await vi.waitUntil(() => /http:\/\/\S+/.exec(said)?.[0], { timeout: 30_000 });
  // What React finds in a browser.
  Object.assign(globalThis, { window, document: window.document, navigator: window.navigator, FormData: window.FormData });
});
afterAll(async () => {
  server?.kill('SIGINT');
  if (server?.exitCode === null) await once(server, 'exit');
  await window.happyDOM.close();
  await database?.drop();
});

test('a list in React follows an Express server: what the page adds, what SQL changes, and nothing hidden', async () => {
  const { showTasks } = await import('./live-list.tsx');
  const element = window.document.createElement('main');
  window.document.body.append(element);
  const end = showTasks(element as unknown as Element, url, fetch);
  const shown = (): string[] => [...element.querySelectorAll('li')].map((item) => item.innerHTML);
  await vi.waitUntil(() => element.querySelector('section')?.getAttribute('aria-busy') === 'false', { timeout: 10_000 });
  expect(shown()).toEqual([]);

  const input = element.querySelector('input');
  if (input === null) throw new Error('there is no field for a new task');
  input.value = 'Typed into the page';
  element.querySelector('form')?.dispatchEvent(new window.Event('submit', { bubbles: true, cancelable: true }));
  await expect.poll(shown).toEqual(['Typed into the page']);
  expect(input.value).toBe('');

  await sql.query(
    `INSERT INTO task (title) VALUES ('From SQL'); INSERT INTO task (title, hidden) VALUES ('Not for them', true)`,
  );
  await expect.poll(shown).toEqual(['Typed into the page', 'From SQL']);
  await sql.query(`UPDATE task SET done = true WHERE id = 1; UPDATE task SET hidden = NOT hidden WHERE id > 1`);
  await expect.poll(shown).toEqual(['<s>Typed into the page</s>', 'Not for them']);
  end();
});
