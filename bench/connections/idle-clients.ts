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
  const isBack = cursors.size >= clients;
  const requests = Array.from({ length: clients }, (_, user) => requestOf(side, user));
  const begun = microseconds();
  const served: number[] = [];
  let next = 0;
  const oneAfterAnother = async (): Promise<void> => {
    while (next < clients) {
      const user = next;
      next += 1;
      await openAtLast(port, user, requests[user] ?? '');
      served.push((microseconds() - begun) / 1000);
    }
  };
  await Promise.all(Array.from({ length: isBack ? WAVE.back : WAVE.first }, oneAfterAnother));
  return { firstMs: Math.min(served[0] ?? 0), lastMs: served.at(-1) ?? 0 };
}

/** As every client does, one that is refused or cut off before it was served comes again. */
async function openAtLast(port: number, user: number, request: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await open(port, user, request);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(AGAIN_MS * attempt);
    }
  }
}

/** Resolves when the server has led the stream to its head: when a cursor has come, which no `hello` carries. */
function open(port: number, user: number, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let isServed = false;
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    sockets.add(socket);
    socket.on('data', (bytes: Buffer) => {
      seen = (seen + bytes.toString('latin1')).slice(-KEPT);
      const id = lastCursorIn(seen);
      if (id === undefined) return;
      cursors.set(user, id);
      if (isServed) return;
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

/** What a client sends when it comes, with its last cursor where it has one. Made before the clock begins: it is no work of the server's. */
function requestOf(side: Side, user: number): string {
  const { request } = clientRequest(side, user);
  const cursor = cursors.get(user);
  return cursor === undefined ? request : request.replace('\r\n\r\n', `\r\nLast-Event-ID: ${cursor}\r\n\r\n`);
}

/** Undefined where none has come whole: the line of a cursor lies in two chunks of the answer. */
function lastCursorIn(bytes: string): string | undefined {
  const at = bytes.lastIndexOf('\nid: ');
  if (at < 0) return undefined;
  return /^\nid: ([^\n]+)\n/.exec(bytes.slice(at).replaceAll(/\r\n[0-9a-f]+\r\n/g, ''))?.[1];
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
