import { expect, test } from 'vitest';
import { webSocketStream, webSocketUrl, type WebSocketLike } from './web-socket-stream.ts';

function scene(onChunk: (text: string) => void = () => undefined) {
  const opened: { url: string; headers: Readonly<Record<string, string>> }[] = [];
  const heard: string[] = [];
  let closed = 0;
  const socket: WebSocketLike = { onmessage: null, onclose: null, onerror: null, close: () => void (closed += 1) };
  const abort = new AbortController();
  const end = webSocketStream({
    url: 'https://example.org/api/sync/ws?scope=a',
    headers: () => Promise.resolve({ 'x-a': 'b' }),
    signal: abort.signal,
    onChunk: (chunk) => {
      const text = new TextDecoder().decode(chunk);
      heard.push(text);
      onChunk(text);
    },
    open: (url, headers) => {
      opened.push({ url, headers });
      return socket;
    },
  });
  return { opened, heard, socket, abort, end, closed: () => closed };
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('K40 what comes over a WebSocket is handed on as bytes, until it closes', async () => {
  const { opened, heard, socket, end } = scene();
  await turn();
  expect(opened).toEqual([{ url: 'wss://example.org/api/sync/ws?scope=a', headers: { 'x-a': 'b' } }]);
  socket.onmessage?.({ data: 'event: hello\ndata: "€"\n\n' });
  socket.onclose?.();
  expect(heard).toEqual(['event: hello\ndata: "€"\n\n']);
  expect((await end).problem.code).toBe('closed');
});

test('K40 one that never opens is unreachable, binary is malformed, and a throwing listener rejects', async () => {
  const first = scene();
  await turn();
  first.socket.onerror?.(new Error('refused'));
  expect((await first.end).problem.code).toBe('unreachable');
  const second = scene();
  await turn();
  second.socket.onmessage?.({ data: new ArrayBuffer(1) });
  expect((await second.end).problem.code).toBe('malformed_stream');
  const third = scene(() => {
    throw new Error('of the application');
  });
  await turn();
  third.socket.onmessage?.({ data: 'x' });
  await expect(third.end).rejects.toThrow('of the application');
  expect([first, second, third].map(({ closed }) => closed())).toEqual([1, 1, 1]);
});

test('K40 once given up it is closed and hands on nothing more', async () => {
  const { heard, socket, abort, end, closed } = scene();
  await turn();
  const late = socket.onmessage;
  abort.abort();
  expect((await end).problem.code).toBe('closed');
  expect([closed(), socket.onmessage, late === null]).toEqual([1, null, false]);
  socket.onerror?.(new Error('late'));
  expect(heard).toEqual([]);
});

test('K40 addresses', () => {
  expect(webSocketUrl('http://a:1/ws?x=1')).toBe('ws://a:1/ws?x=1');
  expect(webSocketUrl('/api/sync/ws', 'https://b.example/page?y#z')).toBe('wss://b.example/api/sync/ws');
});
