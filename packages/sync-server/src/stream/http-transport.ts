import type { ServerResponse } from 'node:http';
import { PROBLEMS, type Problem } from '@elira/protocol';
import { httpSink } from './sink.ts';
import type { Transport } from './transport.ts';

const RETRY_AFTER_SECONDS = 2;

/** Server-sent events, in the answer to a request. */
export function httpTransport(response: ServerResponse): Transport {
  response.on('error', () => {});
  return {
    sink: httpSink(response),
    greet: () => sendHead(response),
    refuse: (problem) => sendProblem(response, problem),
    isGone: () => response.destroyed,
    whenGone(callback) {
      response.once('close', callback);
      response.req.socket.once('close', callback);
    },
  };
}

function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
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
  socket?.setKeepAlive(true);
  socket?.setTimeout(0);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store, no-transform');
  response.setHeader('x-accel-buffering', 'no');
  response.setHeader('x-content-type-options', 'nosniff');
  if (req.httpVersion === '1.1') response.setHeader('transfer-encoding', 'chunked');
  response.writeHead(200);
  response.flushHeaders();
}
