import { fetchStream, type StreamEnd, type StreamRequest } from './fetch-stream.ts';
import { webSocketStream, type OpenWebSocket } from './web-socket-stream.ts';

/** The way to the server. */
export type TransportOptions = {
  readonly fetch?: typeof fetch;
  /** `websocket`: the stream comes over a WebSocket, and `url` names its address, e.g. `…/api/sync/ws`. */
  readonly transport?: 'events' | 'websocket';
  /** How to open one where there is no global `WebSocket` (Node before 22), or with headers. */
  readonly openWebSocket?: OpenWebSocket;
};

/** One connection over the transport that was chosen; resolves with the reason why it ended. */
export async function openStream(options: TransportOptions, request: Omit<StreamRequest, 'fetch'>): Promise<StreamEnd> {
  if (options.transport === 'websocket') return await webSocketStream({ ...request, open: options.openWebSocket });
  return await fetchStream({ ...request, fetch: options.fetch ?? fetch });
}
