import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Ends, when the server stops, connections on which nothing was ever asked, as browsers open them in advance. Node counts one as busy until
 * the time for its first request is over: a minute in which the server would wait for nobody.
 */
export function endSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  let stopping = false;
  // One for all, and taken off again: what hangs on a connection that became a stream stays for days.
  function forget(this: Socket): void {
    silent.delete(this);
  }
  app.server.on('connection', (socket: Socket) => {
    if (stopping) return void socket.destroy();
    silent.add(socket);
    socket.on('close', forget);
  });
  const asked = ({ socket }: IncomingMessage): void => {
    if (silent.delete(socket)) socket.off('close', forget);
  };
  app.server.on('request', asked).on('upgrade', asked);
  app.addHook('preClose', (done) => {
    stopping = true;
    for (const socket of silent) socket.destroy();
    done();
  });
}
