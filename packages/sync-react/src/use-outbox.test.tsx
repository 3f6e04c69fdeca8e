// @vitest-environment happy-dom
import { act, type ReactNode } from 'react';
import { defineMutator, defineMutators, type Mutation } from '@elira/rules';
import type { ScopeKey } from '@elira/protocol';
import { createSyncClient, type SyncClient } from '@elira/sync-client';
import { expect, test, vi } from 'vitest';
import { apply, screen } from './fixture/screen.tsx';
import { SyncProvider } from './sync-provider.tsx';
import { useMutation } from './use-mutation.ts';
import { useOutbox, type OutboxState } from './use-outbox.ts';
import { usePending } from './use-pending.ts';
import { useRows } from './use-rows.ts';
import type { SentMutation } from '@elira/sync-client';

const done = defineMutator<{ readonly id: string }>({
  name: 'lesson.complete',
  args: { parse: (value) => value as { readonly id: string } },
  flush: 'x',
  optimistic: ({ id }) => [{ table: 'progress', key: id, row: { id, done: true } }],
});

/** A client whose server takes whatever comes, and answers when told. */
function client(): { client: SyncClient; answer: (status: 'applied' | 'refused') => Promise<void> } {
  let reply: ((response: Response) => void) | undefined;
  let sent: Mutation[] = [];
  const call: typeof fetch = (input, init) =>
    new Promise((resolve) => {
      if (typeof input !== 'string' || !input.endsWith('/mutations')) return;
      sent = JSON.parse(typeof init?.body === 'string' ? init.body : '[]') as Mutation[];
      reply = resolve;
    });
  const own = { url: 'http://nowhere.invalid/stream', fetch: call, now: () => 0, random: () => 0 };
  const made = createSyncClient({ ...own, user: { id: 'u' }, mutators: defineMutators([done]) });
  const settle = (): Promise<void> => act(() => new Promise<void>((resolve) => setTimeout(resolve, 30)));
  return {
    client: made,
    answer: async (status) => {
      await settle();
      const problem = { type: 'x', code: 'forbidden', status: 403, title: 'No.' };
      reply?.(
        Response.json(sent.map(({ id }) => (status === 'applied' ? { id, status, result: null } : { id, status, problem }))),
      );
      await settle();
    },
  };
}

test('RX9 RX10 what is written shows at once, marked, and gives way to its row in one drawing', async () => {
  const { client: made, answer } = client();
  const drawn: string[] = [];
  const calls: ((args: { readonly id: string }) => SentMutation)[] = [];
  function Lesson(): ReactNode {
    calls.push(useMutation(done));
    const text = `${useRows('progress')
      .map(({ id, by }) => `${String(id)}${by === undefined ? '?' : ''}`)
      .join()} ${String(usePending('progress', '1'))}`;
    drawn.push(text);
    return text;
  }
  const others = vi.fn<() => void>();
  function Other(): ReactNode {
    others();
    return usePending('progress', '2') ? 'other' : '';
  }
  const shown = await screen(
    <SyncProvider client={made}>
      <Lesson />
      <Other />
    </SyncProvider>,
  );
  made.start();
  await act(async () => void calls.at(-1)?.({ id: '1' }));
  const [sent] = made.outbox.list();
  expect(shown.text()).toBe('1? true');
  await answer('applied');
  const mutations = { [sent?.id ?? '']: { id: sent?.id, status: 'applied' } };
  await apply(made, { progress: { 1: { id: '1', by: 'u' } }, mutations });
  expect([shown.text(), [...new Set(drawn)], new Set(calls).size, others.mock.calls.length]).toEqual([
    '1 false',
    [' false', '1? true', '1 false'],
    1,
    1,
  ]);
  await shown.close();
  made.stop();
});

test('RX11 what waits and what was refused is drawn when it changes, and only then', async () => {
  const { client: made, answer } = client();
  const drawn: string[] = [];
  const states: OutboxState[] = [];
  function Waiting(): ReactNode {
    const state = useOutbox();
    states.push(state);
    const text = `${state.unsent} ${state.refused} ${state.entries.map((entry) => entry.state).join()}`;
    drawn.push(text);
    return text;
  }
  const shown = await screen(
    <SyncProvider client={made}>
      <Waiting />
    </SyncProvider>,
  );
  made.start();
  await act(async () => void made.mutate('lesson.complete', { id: '1' }));
  await answer('refused');
  await apply(made, { progress: { 9: { id: '9' } } }, { scope: 'z/x' as ScopeKey });
  expect(shown.text()).toBe('0 1 refused');
  await act(async () => void states.at(-1)?.dismiss(made.outbox.list()[0]?.id ?? ''));
  expect(drawn).toEqual(['0 0 ', '1 0 waiting', '1 0 sending', '0 1 refused', '0 0 ']);
  await shown.close();
  made.stop();
});
