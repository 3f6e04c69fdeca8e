import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveParent } from '../measure/child.ts';
import { microseconds } from '../measure/clock.ts';
import { clientRequest, type Side } from '../latency/cases.ts';

/**
 * Clients that hold a stream open and do nothing: raw sockets, all in one process. Each keeps the last cursor it was sent, and comes
 * back with it.
 */
export type IdleRequest =
  | { readonly act: 'open'; readonly side: Side; readonly port: number; readonly clients: number }
  /** How many have not been cut off. */
  | { readonly act: 'count' }
  | { readonly act: 'close' };

/** Milliseconds until the first and the last of them was served. */
export type Opened = { readonly firstMs: number; readonly lastMs: number };

/** Connections under way at the same time: of those that come back all at once, the rest waits for a place as in the kernel's queue. */
const WAVE = { first: 100, back: 1_000 } as const;
/** How often a client comes before something is wrong, and the milliseconds between its first two times. */
const ATTEMPTS = 10;
const AGAIN_MS = 100;
/** Bytes kept of what has come, to find the last cursor in. */
const KEPT = 4_096;

const sockets = new Set<Socket>();
const cursors = new Map<number, string>();

async function openAll({ side, port, clients }: IdleRequest & { act: 'open' }): Promise<Opened> {
  const begun = microseconds();
  const served: number[] = [];
  let next = 0;
  const oneAfterAnother = async (): Promise<void> => {
    while (next < clients) {
      const user = next;
      next += 1;
      await openAtLast(side, port, user);
      served.push((microseconds() - begun) / 1000);
    }
  };
  await Promise.all(Array.from({ length: cursors.size < clients ? WAVE.first : WAVE.back }, oneAfterAnother));
  return { firstMs: Math.min(served[0] ?? 0), lastMs: served.at(-1) ?? 0 };
}

/** As every client does, one that is refused or cut off before it was served comes again. */
async function openAtLast(side: Side, port: number, user: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await open(side, port, user);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(AGAIN_MS * attempt);
    }
  }
}

/** Resolves when the server has shown that the stream is live. */
function open(side: Side, port: number, user: number): Promise<void> {
  const { request, ready } = clientRequest(side, user);
  const cursor = cursors.get(user);
  const text = cursor === undefined ? request : request.replace('\r\n\r\n', `\r\nLast-Event-ID: ${cursor}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    let isServed = false;
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    sockets.add(socket);
    socket.on('data', (bytes: Buffer) => {
      const all = seen + bytes.toString('latin1');
      seen = all.slice(-KEPT);
      const id = lastCursorIn(seen);
      if (id !== undefined) cursors.set(user, id);
      // Who comes back with a cursor is told in the hello that it holds.
      if (isServed || !all.includes(cursor === undefined ? ready : 'event: ')) return;
      isServed = true;
      resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      sockets.delete(socket);
      if (!isServed) reject(new Error(`the server closed the connection of user ${user}: ${seen.slice(-600)}`));
    });
  });
}

/** Undefined where none has come whole: the line of a cursor lies in two chunks of the answer. */
function lastCursorIn(bytes: string): string | undefined {
  return /.*\nid: ?([^\n]+)\n/s.exec(bytes.replaceAll(/\r\n[0-9a-f]+\r\n/g, ''))?.[1];
}

async function closeAll(): Promise<void> {
  const closing = [...sockets].map((socket) => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    return closed;
  });
  await Promise.all(closing);
}

serveParent<IdleRequest>(async (message) => {
  if (message.act === 'open') return await openAll(message);
  if (message.act === 'close') await closeAll();
  return { open: sockets.size };
});
