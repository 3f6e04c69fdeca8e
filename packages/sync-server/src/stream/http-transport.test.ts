import { createServer, get, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@elira/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { httpTransport } from './http-transport.ts';

/** Has `answer` answer one request, and resolves with what it was asked and what came back. */
async function exchange(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  headers: OutgoingHttpHeaders = {},
): Promise<{ request: IncomingMessage; came: IncomingMessage }> {
  return await new Promise((resolve, reject) => {
    let request: IncomingMessage | undefined;
    const server = createServer((asked, response) => {
      request = asked;
      answer(asked, response);
    }).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const call = get({ port, path: '/stream?scope=a', headers }, (came) => {
        came.on('error', () => undefined).resume();
        if (request !== undefined) resolve({ request, came });
      });
      call.on('error', reject);
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
    });
  });
}

function greet(response: ServerResponse): void {
  const transport = httpTransport(response);
  transport.greet();
  transport.greeted?.();
}

const STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
  'transfer-encoding': 'chunked',
};

test('S17 of a request that has become a stream nothing is kept that it said', async () => {
  const { request } = await exchange(
    (asked, response) => {
      expect(asked.headers.cookie).toBe('a=b');
      greet(response);
    },
    { cookie: 'a=b' },
  );
  const { headers, rawHeaders, url } = request;
  expect({ headers, rawHeaders, url }).toEqual({ headers: {}, rawHeaders: [], url: '' });
});

test('a stream begins with its headers and the time', async () => {
  const { came } = await exchange((_, response) => greet(response), { connection: 'keep-alive' });
  expect(came.statusCode).toBe(200);
  expect(came.headers).toEqual({ ...STREAM, date: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/) });
});

test('headers that an application has set are sent as well, and so is that a connection will close', async () => {
  const { came } = await exchange(
    (_, response) => {
      response.setHeader('access-control-allow-origin', 'https://example.org');
      greet(response);
    },
    { connection: 'keep-alive' },
  );
  expect(came.headers).toMatchObject({ ...STREAM, 'access-control-allow-origin': 'https://example.org' });
  const closing = await exchange((_, response) => greet(response), { connection: 'close' });
  expect(closing.came.headers).toMatchObject({ ...STREAM, connection: 'close' });
});

test('once greeted, a refusal ends the stream instead of beginning another answer', async () => {
  const { came } = await exchange(
    (_, response) => {
      const transport = httpTransport(response);
      transport.greet();
      transport.greeted?.();
      setImmediate(() => transport.refuse(new Problem('internal')));
    },
    { connection: 'keep-alive' },
  );
  expect(came.statusCode).toBe(200);
  await new Promise((resolve) => came.once('close', resolve));
  expect(came.complete).toBe(false);
});
