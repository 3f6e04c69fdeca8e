import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from '../measure/child.ts';
import { cpuMs } from '../measure/clock.ts';
import { residentBytes } from '../measure/resident-bytes.ts';

/** The mark: what Node itself needs to hold a stream open. It answers, says one event, and keeps the socket. No database, no session. */
async function start(port: number): Promise<{ port: number }> {
  const server = createServer((_, response) => {
    response.socket?.setNoDelay(true);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': ready\n\nevent: batch\nid: 1\ndata: {}\n\n');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}

serveParent<{ readonly port: number } | { readonly tell: 'memory' | 'cpu' }>(async (message) => {
  if ('port' in message) return await start(message.port);
  return message.tell === 'cpu' ? { cpuMs: cpuMs() } : { resident: await residentBytes(), statements: 0 };
});
