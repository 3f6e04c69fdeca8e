import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEMS, type Problem } from '@elira/protocol';
import { httpSink, isRaw } from './sink.ts';
import type { Transport } from './transport.ts';

const RETRY_AFTER_SECONDS = 2;

/** Given whole: headers that are set one by one are kept, each in two arrays, for as long as the stream lasts. */
const HEAD: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};
const CHUNKED = { ...HEAD, 'transfer-encoding': 'chunked' };

/** Server-sent events, in the answer to a request. */
export function httpTransport(response: ServerResponse): Transport {
  response.on('error', nobodyNeedsToKnow);
  let isGreeted = false;
  return {
    sink: httpSink(response),
    greet() {
      // With what is sent first, in one system call.
      response.socket?.cork();
      isGreeted = true;
      sendHead(response);
    },
    greeted() {
      response.socket?.uncork();
      if (isRaw(response)) letGo(response);
    },
    refuse(problem) {
      if (isGreeted || response.headersSent || response.destroyed) response.destroy();
      else sendProblem(response, problem);
    },
    isGone: () => response.destroyed,
    // An answer of HTTP/1 closes with its connection.
    whenGone: (callback) => void (response.socket ?? response).on('close', callback),
  };
}

function nobodyNeedsToKnow(): void {}

/**
 * An answer whose socket alone is used never finishes. A framework that waits for it, its request, reply and logger with it, would
 * wait for as long as the stream lasts, which is days and many thousand times over. That it closes is told as ever.
 */
function letGo(response: ServerResponse): void {
  response.removeAllListeners('finish');
  response.removeAllListeners('error');
  response.on('error', nobodyNeedsToKnow);
  forget(response.req);
}

/** What a browser says of itself when it comes is a kilobyte or two, and has been read by now. */
function forget(request: IncomingMessage): void {
  request.headers = {};
  request.rawHeaders = [];
  request.url = '';
}

function sendProblem(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem.toDocument());
  const retry = PROBLEMS[problem.code].client === 'retry' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    ...retry,
  });
  response.end(body);
}

function sendHead(response: ServerResponse): void {
  const { socket, req } = response;
  socket?.setNoDelay(true);
  socket?.setTimeout(0);
  if (isRaw(response) && response.shouldKeepAlive && response.getHeaderNames().length === 0) {
    response.socket.write(headNow());
    return;
  }
  response.writeHead(200, req.httpVersion === '1.1' ? CHUNKED : HEAD);
  response.flushHeaders();
}

let head = { second: 0, bytes: Buffer.alloc(0) };

/** The bytes that an answer begins with to which nobody has added a header: the same for all who come within a second. */
function headNow(): Buffer {
  const second = Math.floor(Date.now() / 1000);
  if (head.second !== second) {
    const fields = Object.entries({ ...CHUNKED, date: new Date(second * 1000).toUTCString() });
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
    head = { second, bytes: Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`, 'latin1') };
  }
  return head.bytes;
}
