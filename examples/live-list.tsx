/**
 * A React list that stays live: it shows the tasks of express-server.ts, whoever changes them, and says when it is not up to date.
 *
 *   import { showTasks } from './live-list.tsx';
 *   showTasks(document.body, 'http://127.0.0.1:3001');
 */
import type { FormEvent, ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createSyncClient } from '@elira/sync-client';
import { SyncProvider, useRows, useSyncStatus } from '@elira/sync-react';

type Task = { readonly id: number; readonly title: string; readonly done: boolean };

function Tasks({ add }: { readonly add: (title: string) => void }): ReactNode {
  const tasks = useRows<Task>('task', { orderBy: 'id' });
  const { connection } = useSyncStatus();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const title = new FormData(form).get('title');
    if (typeof title === 'string') add(title);
    form.reset();
  };
  return (
    <section aria-busy={connection !== 'live'}>
      <ul>
        {tasks.map(({ id, title, done }) => (
          <li key={id}>{done ? <s>{title}</s> : title}</li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <input name="title" aria-label="New task" required />
        <button type="submit">Add</button>
      </form>
    </section>
  );
}

/** Draws the list into `element`, following the server at `url`. Returns what ends it. */
export function showTasks(element: Element, url: string, fetcher: typeof fetch = fetch): () => void {
  const client = createSyncClient({ url: `${url}/api/sync/stream`, fetch: fetcher });
  const root = createRoot(element);
  const add = (title: string): void => {
    const headers = { 'content-type': 'application/json' };
    void fetcher(`${url}/api/tasks`, { method: 'POST', headers, body: JSON.stringify({ title }) });
  };
  root.render(
    <SyncProvider client={client}>
      <Tasks add={add} />
    </SyncProvider>,
  );
  client.start();
  return () => {
    client.stop();
    root.unmount();
  };
}
