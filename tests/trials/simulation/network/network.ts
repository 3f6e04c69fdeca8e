import type { Random } from '@elira/testkit';
import type { Actor, VirtualTime } from '../clock/virtual-time.ts';
import { Lane } from './lane.ts';
import { VirtualSocket } from './virtual-socket.ts';

/** A connection, as faults see it. */
export type Link = {
  readonly address: string;
  readonly client: VirtualSocket;
  readonly server: VirtualSocket;
  readonly lanes: readonly [toServer: Lane, toClient: Lane];
};

type Listener = { readonly actor: Actor; readonly accept: (socket: VirtualSocket) => void };

/** Milliseconds of a way, at least and beyond that at most; and the chance that a piece arrives in two. */
const WAYS = {
  database: { latencyMs: [0.2, 3], splits: 0.1 },
  clients: { latencyMs: [1, 40], splits: 0.3 },
} as const;

/** Who listens where, and every connection that is open. */
export class Network {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #listeners = new Map<string, Listener>();
  #links: Link[] = [];
  /** Who waits for a connection, and whom it is to be with. */
  readonly #knocks = new Set<{ readonly there: Actor; readonly client: VirtualSocket }>();
  /** The sides that are left of connections whose other side went without a word. */
  #widows: VirtualSocket[] = [];
  /** Longest way of bytes that arrived, in milliseconds, by the actor they came to. */
  readonly #ways = new Map<Actor, number>();

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  listen(address: string, actor: Actor, accept: (socket: VirtualSocket) => void): void {
    this.#listeners.set(address, { actor, accept });
  }

  /** This actor, if it was this one, listens there no more. */
  close(address: string, actor: Actor): void {
    if (this.#listeners.get(address)?.actor === actor) this.#listeners.delete(address);
  }

  /** A socket that opens by itself, or, with `waits`, once its `connect()` is called, and says so. */
  connect(actor: Actor, address: string, way: keyof typeof WAYS, waits = false): VirtualSocket {
    const dial = (): void => {
      const [least, spread] = WAYS[way].latencyMs;
      const ms = least + this.#random.next() * spread;
      const { actor: there } = this.#listeners.get(address) ?? { actor };
      const knock = { there, client: socket };
      this.#knocks.add(knock);
      this.#time.schedule(there, ms, () => {
        if (this.#knocks.delete(knock)) this.#open(socket, address, way);
      });
    };
    const socket: VirtualSocket = new VirtualSocket(this.#time, actor, { allowHalfOpen: false, dial });
    if (!waits) dial();
    return socket;
  }

  links(address?: string): Link[] {
    this.#links = this.#links.filter(({ client, server }) => !client.destroyed || !server.destroyed);
    return this.#links.filter((link) => address === undefined || link.address === address);
  }

  /** Whether somebody holds a connection over which nothing comes any more, and has not been told. */
  get hasSilence(): boolean {
    this.#widows = this.#widows.filter((socket) => !socket.destroyed);
    return this.#widows.length > 0 || this.links().some(({ lanes }) => lanes.some((lane) => lane.isSilent));
  }

  /** When the last line that holds bytes up lets them go. */
  get stalledUntil(): number {
    return Math.max(0, ...this.links().flatMap(({ lanes }) => lanes.map(({ stalledUntil }) => stalledUntil)));
  }

  /** What the kernel does for a process that is gone. */
  forget(actor: Actor): void {
    for (const knock of this.#knocks) {
      if (knock.there === actor && this.#knocks.delete(knock)) refuse(knock.client);
    }
    for (const { client, server, lanes } of this.links()) {
      const [toServer, toClient] = lanes;
      if ((client.actor === actor || server.actor === actor) && lanes.some((lane) => lane.isSilent))
        this.#widows.push(client.actor === actor ? server : client);
      if (client.actor === actor) {
        toServer.end();
        toClient.refuse();
      }
      if (server.actor === actor) {
        toClient.end();
        toServer.refuse();
      }
    }
    this.#links = this.#links.filter(({ client, server }) => client.actor !== actor && server.actor !== actor);
  }

  #open(client: VirtualSocket, address: string, way: keyof typeof WAYS): void {
    const listener = this.#listeners.get(address);
    if (client.destroyed) return;
    if (listener === undefined) {
      refuse(client);
      return;
    }
    const server = new VirtualSocket(this.#time, listener.actor, { allowHalfOpen: true });
    const options = { time: this.#time, random: this.#random, ...WAYS[way] };
    const toClient = new Lane(server, client, { ...options, onDelivered: (_, ms) => this.#note(client.actor, ms) });
    const toServer = new Lane(client, server, { ...options, onDelivered: (_, ms) => this.#note(server.actor, ms) });
    server.open(toClient, toServer);
    this.#links.push({ address, client, server, lanes: [toServer, toClient] });
    listener.accept(server);
    client.later(0, () => {
      if (client.destroyed) {
        toServer.end();
        return;
      }
      client.open(toServer, toClient);
      client.emit('connect');
    });
  }

  /** How long the bytes were under way that came to an actor since this was last asked; at most. */
  takeWay(actor: Actor): number {
    const ms = this.#ways.get(actor) ?? 0;
    this.#ways.delete(actor);
    return ms;
  }

  #note(actor: Actor, ms: number): void {
    if (ms > (this.#ways.get(actor) ?? 0)) this.#ways.set(actor, ms);
  }
}

function refuse(client: VirtualSocket): void {
  client.later(0, () => client.destroy(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })));
}
