import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { goodbyeFrame, Tail, type Frame } from './frame.ts';
import { COPY_BYTES, type Sink } from './sink.ts';
import type { Transport } from './transport.ts';

/** Bytes a client may send in one message: it has nothing to say. */
const HEARD_BYTES = 1024;
/** Milliseconds a client may take to answer the end of a connection. */
const CLOSE_MS = 2_000;
/** Ended by the server, which has said why in a `goodbye`. */
const SAID_WHY = 1000;

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: HEARD_BYTES,
});

/**
 * A WebSocket whose text messages are the very bytes of server-sent events. Browsers do not show a page why a WebSocket was refused, so
 * that too is said in a `goodbye`, on a connection that is open. Not called back where the request is no proper upgrade: that is answered.
 */
export function webSocketTransport(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  use: (transport: Transport) => void,
): void {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    const sink = webSocketSink(webSocket, socket);
    use({
      sink,
      greet() {},
      refuse(problem) {
        sink.send(goodbyeFrame(problem.toDocument()), NO_TAIL);
        sink.end();
      },
      isGone: () => webSocket.readyState !== webSocket.OPEN,
      whenGone: (callback) => void webSocket.once('close', callback),
    });
  });
}

const NO_TAIL = new Tail('');

function webSocketSink(webSocket: WebSocket, socket: Duplex): Sink {
  const isOpen = (): boolean => webSocket.readyState === webSocket.OPEN;
  return {
    send(frame: Frame, tail: Tail) {
      if (!isOpen()) return;
      if (!frame.needsTail) webSocket.send(frame.plain, { binary: false });
      else if (frame.plain.length <= COPY_BYTES) webSocket.send(tail.after(frame, 'plain'), { binary: false });
      else {
        webSocket.send(frame.plain, { binary: false, fin: false });
        webSocket.send(tail.plain, { binary: false, fin: true });
      }
    },
    waiting: () => webSocket.bufferedAmount,
    whenDrained: (callback) => void socket.once('drain', callback),
    end() {
      webSocket.close(SAID_WHY);
      setTimeout(() => webSocket.terminate(), CLOSE_MS).unref();
    },
    destroy: () => webSocket.terminate(),
  };
}
