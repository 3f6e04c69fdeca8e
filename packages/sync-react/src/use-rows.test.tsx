// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import type { SyncClient } from '@elira/sync-client';
import { expect, test, vi } from 'vitest';
import { apply, screen, stillClient } from './fixture/screen.tsx';
import { SyncProvider } from './sync-provider.tsx';
import { useRow } from './use-row.ts';
import { useRows } from './use-rows.ts';

type Lesson = { readonly id: string; readonly course: string; readonly at: string };
const lesson = (id: string, course: string, at: string): Lesson => ({ id, course, at });

/** Shows the lessons of one course and notes each time it is drawn. */
function Lessons({ course, drawn }: { readonly course: string; readonly drawn: (readonly Lesson[])[] }): ReactNode {
  const rows = useRows<Lesson>('lessons', { where: { course }, orderBy: 'at' });
  drawn.push(rows);
  return rows.map(({ id }) => id).join(' ');
}

function on(client: SyncClient, node: ReactNode): ReactNode {
  return <SyncProvider client={client}>{node}</SyncProvider>;
}

test('RX1 rows come filtered and in order, and the same rows are the same array although the question is written anew', async () => {
  const client = stillClient();
  const drawn: (readonly Lesson[])[] = [];
  const shown = await screen(on(client, <Lessons course="c" drawn={drawn} />));
  expect(shown.text()).toBe('');
  await apply(client, { lessons: { 1: lesson('1', 'c', 'b'), 2: lesson('2', 'c', 'a'), 3: lesson('3', 'other', 'a') } });
  expect(shown.text()).toBe('2 1');
  await shown.draw(on(client, <Lessons course="c" drawn={drawn} />));
  expect(drawn.at(-1)).toBe(drawn.at(-2));
  await shown.draw(on(client, <Lessons course="other" drawn={drawn} />));
  expect(shown.text()).toBe('3');
  await shown.close();
});

test('RX1 a predicate and a comparison in place keep the array as well', async () => {
  const client = stillClient();
  const drawn: (readonly Lesson[])[] = [];
  function Odd(): ReactNode {
    const rows = useRows<Lesson>('lessons', {
      where: ({ id }) => Number(id) % 2 === 1,
      orderBy: (a, b) => (a.id < b.id ? 1 : -1),
    });
    drawn.push(rows);
    return rows.map(({ id }) => id).join(' ');
  }
  const shown = await screen(on(client, <Odd />));
  await apply(client, { lessons: { 1: lesson('1', 'c', 'a'), 2: lesson('2', 'c', 'a'), 3: lesson('3', 'c', 'a') } });
  expect(shown.text()).toBe('3 1');
  await shown.draw(on(client, <Odd />));
  expect(drawn.at(-1)).toBe(drawn.at(-2));
  await apply(client, { lessons: { 1: null } });
  expect(shown.text()).toBe('3');
  await shown.close();
});

test('RX2 what a component did not ask for does not draw it', async () => {
  const client = stillClient();
  const drawn: (readonly Lesson[])[] = [];
  const rowDrawn = vi.fn<() => void>();
  function One(): ReactNode {
    rowDrawn();
    return useRow<Lesson>('lessons', '1')?.at ?? 'none';
  }
  const shown = await screen(
    on(
      client,
      <>
        <Lessons course="c" drawn={drawn} />
        {' / '}
        <One />
      </>,
    ),
  );
  await apply(client, { lessons: { 1: lesson('1', 'c', 'a') } });
  expect(shown.text()).toBe('1 / a');
  const [lists, rows] = [drawn.length, rowDrawn.mock.calls.length];
  await apply(client, { lessons: { 3: lesson('3', 'other', 'a') }, modules: { m: { id: 'm' } } });
  expect([drawn.length, rowDrawn.mock.calls.length]).toEqual([lists, rows]);
  await apply(client, { lessons: { 2: lesson('2', 'c', 'b') } });
  expect([drawn.length, rowDrawn.mock.calls.length]).toEqual([lists + 1, rows]);
  await apply(client, { lessons: { 1: null } });
  expect(shown.text()).toBe('2 / none');
  await shown.close();
});

test('RX3 one batch is drawn as one', async () => {
  const client = stillClient();
  const seen = new Set<string>();
  function Both(): ReactNode {
    const text = `${useRows('modules').length} ${useRows('lessons').length}`;
    seen.add(text);
    return text;
  }
  const shown = await screen(on(client, <Both />));
  await apply(client, { modules: { m: { id: 'm' } }, lessons: { 1: { id: '1' } } });
  await apply(client, { lessons: { 1: null }, modules: { m: null } });
  expect([...seen]).toEqual(['0 0', '1 1']);
  await shown.close();
});

test('RX7 the hooks follow the provider to another client, and say when there is none', async () => {
  const [first, second] = [stillClient(), stillClient()];
  await apply(first, { lessons: { 1: lesson('1', 'c', 'a') } });
  await apply(second, { lessons: { 2: lesson('2', 'c', 'a') } });
  const shown = await screen(on(first, <Lessons course="c" drawn={[]} />));
  expect(shown.text()).toBe('1');
  await shown.draw(on(second, <Lessons course="c" drawn={[]} />));
  expect(shown.text()).toBe('2');
  await apply(second, { lessons: { 3: lesson('3', 'c', 'b') } });
  expect(shown.text()).toBe('2 3');
  await shown.close();
  await expect(screen(<Lessons course="c" drawn={[]} />)).rejects.toThrow(/put a <SyncProvider/);
});
