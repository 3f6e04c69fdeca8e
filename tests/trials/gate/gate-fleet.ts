import type { TrialClient } from '../clients/trial-client.ts';
import { Fleet } from '../faults/fleet.ts';
import type { ServerProcess } from '../faults/server-process.ts';
import type { CrowdHandle } from './crowd-handle.ts';

/** The trial's own clients as ever, and crowds beside them, which are all on one server. */
export class GateFleet extends Fleet {
  readonly #crowds: readonly CrowdHandle[];
  #server: ServerProcess;

  constructor(servers: readonly ServerProcess[], clients: readonly TrialClient[], crowds: readonly CrowdHandle[]) {
    super(servers, clients);
    this.#crowds = crowds;
    this.#server = servers[0] as ServerProcess;
  }

  override refresh(): void {
    super.refresh();
    void this.#aim(false);
  }

  override get crowdServer(): ServerProcess {
    return this.#server;
  }

  /** The whole crowd comes to this server, at once or whenever it connects again. Returns how many connections were cut. */
  override async moveCrowd(server: ServerProcess, cut: boolean): Promise<number> {
    this.#server = server;
    return await this.#aim(cut);
  }

  async #aim(move: boolean): Promise<number> {
    const { port } = this.#server;
    const moved = await Promise.all(this.#crowds.map((crowd) => crowd.tell<'aim'>({ kind: 'aim', port, move })));
    return moved.reduce((sum, one) => sum + one.moved, 0);
  }
}
