import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { httpTransport } from './http-transport.ts';

test('S17 of a request that has become a stream nothing is kept that it said', async () => {
  const greeted = new Promise<IncomingMessage>((resolve) => {
    const server = createServer((request, response) => {
      const transport = httpTransport(response);
      transport.greet();
      expect(request.headers.cookie).toBe('a=b');
      transport.greeted?.();
      resolve(request);
    }).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const call = get({ port, path: '/stream?scope=a', headers: { cookie: 'a=b' } }, (answer) => answer.resume());
      call.on('error', () => undefined);
      onTestFinished(() => {
        call.destroy();
        server.closeAllConnections();
        server.close();
      });
    });
  });
  const { headers, rawHeaders, url } = await greeted;
  expect({ headers, rawHeaders, url }).toEqual({ headers: {}, rawHeaders: [], url: '' });
});
