import { localProblem } from './client-problem.ts';
import type { StreamEnd, StreamRequest } from './fetch-stream.ts';

/** What is used of a WebSocket: the browser's, Node's own from 22 on, or that of the package `ws`. */
export type WebSocketLike = {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: ((event: unknown) => void) | null;
  close: () => void;
};

/** Opens a WebSocket. Browsers send their cookies by themselves and no headers; elsewhere the headers may be sent. */
export type OpenWebSocket = (url: string, headers: Readonly<Record<string, string>>) => WebSocketLike;

/**
 * The same stream over a WebSocket: text messages hold the very bytes of server-sent events, and a refusal comes as a `goodbye`. Keeps what
 * `fetchStream` keeps: never rejects unless `onChunk` throws, and hands on nothing once `signal` is aborted.
 */
export async function webSocketStream(
  request: Omit<StreamRequest, 'fetch'> & { readonly open?: OpenWebSocket | undefined },
): Promise<StreamEnd> {
  const { signal, onChunk, open = openNative } = request;
  let socket: WebSocketLike;
  try {
    const headers = await request.headers();
    signal.throwIfAborted();
    socket = open(webSocketUrl(request.url), headers);
  } catch (error) {
    return { problem: localProblem('unreachable', undefined, error) };
  }
  const encoder = new TextEncoder();
  return await new Promise<StreamEnd>((resolve, reject) => {
    let heard = false;
    const leave = (): void => {
      signal.removeEventListener('abort', onAbort);
      socket.onmessage = null;
      socket.onclose = null;
      // What breaks from now on is nobody's business, but must not be nobody's to hear.
      socket.onerror = () => undefined;
      socket.close();
    };
    const onAbort = (): void => {
      leave();
      resolve({ problem: localProblem('closed', 'given up') });
    };
    const broke = (cause?: unknown): void => {
      leave();
      resolve({ problem: localProblem(heard ? 'closed' : 'unreachable', undefined, cause) });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.onerror = broke;
    socket.onclose = () => broke();
    socket.onmessage = ({ data }) => {
      heard = true;
      if (typeof data !== 'string') {
        leave();
        resolve({ problem: localProblem('malformed_stream', 'a binary message') });
        return;
      }
      try {
        onChunk(encoder.encode(data));
      } catch (error) {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
  });
}

/** `http` becomes `ws`; a bare path is one of the page's own server. */
export function webSocketUrl(url: string, page: string | undefined = pageAddress()): string {
  const address = new URL(url, page);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}

/** What the host has, which a library for every host cannot know. */
type Host = { readonly location?: { readonly href: string }; readonly WebSocket?: new (url: string) => WebSocketLike };

function pageAddress(): string | undefined {
  return (globalThis as Host).location?.href;
}

function openNative(url: string): WebSocketLike {
  const { WebSocket: Native } = globalThis as unknown as Host;
  if (Native === undefined) throw new Error('there is no WebSocket here: give `openWebSocket`, or use Node 22 or newer');
  return new Native(url);
}
