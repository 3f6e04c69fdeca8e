import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Limits, Position, Problem } from '@elira/protocol';
import { createSyncEngine, type Log, type SyncEngine, type Viewer } from '@elira/sync-server';
import { makeActor, type Actor, type VirtualTime } from '../clock/virtual-time.ts';
import type { Network } from '../network/network.ts';
import { SIMULATION_RULES } from '../world/simulation-rules.ts';

export const DATABASE_ADDRESS = 'database';

export type ServerOptions = {
  readonly name: string;
  readonly time: VirtualTime;
  readonly network: Network;
  readonly limits: Partial<Limits>;
  readonly log: Log;
  readonly viewerOf: (request: IncomingMessage) => Viewer | Promise<Viewer>;
  readonly write: (request: IncomingMessage, response: ServerResponse, engine: SyncEngine) => void;
  /** It could not begin. */
  readonly onFailure: (error: unknown) => void;
  readonly onCursor: (cursor: string, position: Position) => void;
};

/** The real engine behind node's own HTTP, as one process: on virtual connections, at virtual times. */
export class SimulatedServer {
  readonly name: string;
  readonly actor: Actor;
  readonly engine: SyncEngine;
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.name = options.name;
    this.actor = makeActor(`server ${options.name}`);
    const { network, time } = options;
    // As pg knows it: a way to open a stream to the database.
    const connection = {
      host: 'database',
      user: 'reader',
      database: 'elira',
      stream: () => network.connect(this.actor, DATABASE_ADDRESS, 'database', true),
    };
    const before = time.current;
    time.current = this.actor;
    this.engine = createSyncEngine({
      rules: SIMULATION_RULES,
      connection,
      channels: [],
      server: options.name,
      log: options.log,
      limits: options.limits,
      onCursor: options.onCursor,
    });
    time.current = before;
  }

  /** Listens once the engine has read for the first time. */
  start(): void {
    const { time, network, name } = this.#options;
    time.schedule(this.actor, 0, () => {
      this.engine.start().then(
        () => {
          const server = createServer((request, response) => this.#answer(request, response));
          network.listen(name, this.actor, (socket) => void server.emit('connection', socket));
        },
        (error: unknown) => this.#options.onFailure(error),
      );
    });
  }

  /** As SIGTERM does it. */
  stop(): void {
    const { time, network, name } = this.#options;
    network.close(name, this.actor);
    time.schedule(this.actor, 0, () => {
      this.engine.stop().then(
        () => this.kill(),
        () => this.kill(),
      );
    });
  }

  /** As SIGKILL does it. */
  kill(): void {
    const { time, network, name } = this.#options;
    network.close(name, this.actor);
    time.kill(this.actor);
    network.forget(this.actor);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { viewerOf, write } = this.#options;
    if (request.method === 'POST') write(request, response, this.engine);
    else this.engine.handleStream(request, response, () => viewerOf(request));
  }
}

export function refuse(response: ServerResponse, problem: Problem): void {
  response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem.toDocument()));
}
