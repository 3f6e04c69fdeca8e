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
  app.server.on('connection', (socket: Socket) => {
    if (stopping) return void socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  const asked = ({ socket }: IncomingMessage): void => void silent.delete(socket);
  app.server.on('request', asked).on('upgrade', asked);
  app.addHook('preClose', (done) => {
    stopping = true;
    for (const socket of silent) socket.destroy();
    done();
  });
}
