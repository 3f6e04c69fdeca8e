import { createSyncClient, type Commit } from '@elira/sync-client';
import { serveParent } from '../measure/child.ts';
import { cpuMs, microseconds } from '../measure/clock.ts';

/** The real client, alone in a process: it says when all rows of a round are in its store, and by which way they came. */
export type ItemRequest =
  | { readonly act: 'follow'; readonly port: number; readonly rows: number }
  /** From now on changes count that say `round`; answered at once. */
  | { readonly act: 'expect'; readonly round: number; readonly rows: number }
  /** Answers when they have all come. */
  | { readonly act: 'await' };

export type Arrived = {
  /** Microseconds of the machine's monotonic clock. */
  readonly at: number;
  readonly rows: number;
  readonly batches: number;
  /** Whether a scope was begun anew instead. */
  readonly reset: boolean;
  readonly cpuMs: number;
};

const PATIENCE_MS = 60_000;

let [round, wanted, seen, batches] = [0, 0, 0, 0];
let reset = false;
let doneAt: number | undefined;
let told = (): void => {};
let cpuBefore = 0;

function take({ changes }: Commit): void {
  batches += 1;
  for (const { before, after } of changes.get('item')?.values() ?? [])
    if (after?.['round'] === round && before?.['round'] !== round) seen += 1;
  if (seen < wanted || doneAt !== undefined) return;
  doneAt = microseconds();
  told();
}

async function answer(message: ItemRequest): Promise<object> {
  switch (message.act) {
    case 'follow':
      wanted = message.rows;
      createSyncClient({
        url: `http://127.0.0.1:${message.port}/`,
        onBatch: take,
        onMessage: (said) => {
          if ((said.event === 'batch' || said.event === 'part') && said.data.some((delta) => delta.reset === true))
            reset = true;
        },
      }).start();
      return await arrived();
    case 'expect':
      [round, wanted, seen, batches, reset, doneAt] = [message.round, message.rows, 0, 0, false, undefined];
      cpuBefore = cpuMs();
      return {};
    case 'await':
      return await arrived();
  }
}

async function arrived(): Promise<Arrived> {
  if (doneAt === undefined)
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${seen} of ${wanted} rows have come`)), PATIENCE_MS);
      told = () => {
        clearTimeout(late);
        resolve();
      };
    });
  return { at: doneAt ?? 0, rows: seen, batches, reset, cpuMs: cpuMs() - cpuBefore };
}

serveParent<ItemRequest>(answer);
