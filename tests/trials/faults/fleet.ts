import type { TrialClient } from '../clients/trial-client.ts';
import type { ServerProcess } from './server-process.ts';

/** Which client is connected to which server, and the way to change that: the client keeps its cursor and finds itself elsewhere. */
export class Fleet {
  readonly servers: readonly ServerProcess[];
  readonly clients: readonly TrialClient[];
  readonly #assigned = new Map<TrialClient, ServerProcess>();

  constructor(servers: readonly ServerProcess[], clients: readonly TrialClient[]) {
    [this.servers, this.clients] = [servers, clients];
    clients.forEach((client, index) => this.assign(client, servers[index % servers.length] as ServerProcess));
  }

  serverOf(client: TrialClient): ServerProcess {
    return this.#assigned.get(client) as ServerProcess;
  }

  clientsOf(server: ServerProcess): TrialClient[] {
    return this.clients.filter((client) => this.#assigned.get(client) === server);
  }

  /** New connections of the client go to `server` from now on. */
  assign(client: TrialClient, server: ServerProcess): void {
    this.#assigned.set(client, server);
    client.proxy.target = server.port;
  }

  other(server: ServerProcess): ServerProcess {
    return this.servers.find((candidate) => candidate !== server) ?? server;
  }

  /** After a restart a server listens at another port. */
  refresh(): void {
    for (const [client, server] of this.#assigned) client.proxy.target = server.port;
  }

  /** Where those are who are not clients of this process; nobody, but at the gate. */
  get crowdServer(): ServerProcess | undefined {
    return undefined;
  }

  /** Those go to `server`: at once (`cut`), or when they connect again. Returns how many connections were cut. */
  moveCrowd(_server: ServerProcess, _cut: boolean): Promise<number> {
    return Promise.resolve(0);
  }
}
