import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a fault really did. A cut that lost nothing and a freeze that held nothing back were none. */
export type CutProof = {
  /** Connections that were struck. */
  readonly connections: number;
  /** Bytes from the server that its client never got. */
  readonly lostBytes: number;
  /** Bytes from the client that the server never got, where that is known. */
  readonly unheardBytes?: number;
};

type Target = number | string;

/** Whose bytes: the client's go up, the server's come down. */
export type Direction = 'up' | 'down' | 'both';

/** Which connections: told by the first bytes that their client sent. All of them unless told. */
export type WhichLinks = (firstBytes: Buffer) => boolean;

export type TcpProxyOptions = {
  /** Loopback port of the server, or the path of its socket; may be changed later. */
  readonly target: Target;
  /** Passes the server's bytes on in pieces of at most so many bytes, so that events and characters are cut anywhere. */
  readonly pieceBytes?: () => number;
};

/**
 * A network that misbehaves when told to: one listening port, any number of connections to one target.
 *
 * `cut` ends connections at once; `cutMidFrame` waits until the server sends something and lets half of it through; `freeze`
 * leaves both sockets open and passes nothing on any more, in either direction (half-open: neither side is told).
 * `hold` keeps bytes and ends back, of new connections too, until it is released; `slow` reads the server's bytes slowly or not at all,
 * so that they pile up on the server's side.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #pieceBytes: (() => number) | undefined;
  readonly #held = new Set<Held>();
  #bytesPerSecond: number | undefined;
  target: Target;
  /** Refuse new connections: the server cannot be reached at all. */
  closed = false;

  private constructor(options: TcpProxyOptions) {
    this.target = options.target;
    this.#pieceBytes = options.pieceBytes;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async listen(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets connections, on both sides. */
  cut(which?: WhichLinks): CutProof {
    const links = this.#chosen(which);
    for (const link of links) link.destroy();
    return { connections: links.length, lostBytes: 0 };
  }

  /** Lets half of what the server sends next through, then resets. Resolves when that happened, or with nothing at `timeoutMs`. */
  async cutMidFrame(timeoutMs: number): Promise<CutProof> {
    const links = [...this.#links].filter((link) => !link.frozen);
    const lost = await Promise.all(links.map((link) => link.halveNext(timeoutMs)));
    return { connections: lost.filter((bytes) => bytes > 0).length, lostBytes: lost.reduce((sum, bytes) => sum + bytes, 0) };
  }

  /** Half-open from now on; `proof()` tells what was swallowed so far. */
  freeze(which?: WhichLinks): { readonly connections: number; readonly proof: () => CutProof } {
    const links = this.#chosen(which).filter((link) => !link.frozen);
    for (const link of links) link.frozen = true;
    return {
      connections: links.length,
      proof: () => ({
        connections: links.length,
        lostBytes: links.reduce((sum, link) => sum + link.swallowed, 0),
        unheardBytes: links.reduce((sum, link) => sum + link.unheard, 0),
      }),
    };
  }

  /** The network is down, in one direction or both. `release` lets everything through that was held back and tells how much that was. */
  hold(direction: Direction): { readonly release: () => { readonly connections: number; readonly heldBytes: number } } {
    const held = { direction, bytes: 0, links: new Set<Link>() };
    this.#held.add(held);
    for (const link of this.#links) link.hold(held);
    return {
      release: () => {
        this.#held.delete(held);
        for (const link of held.links) link.release(held);
        return { connections: held.links.size, heldBytes: held.bytes };
      },
    };
  }

  /** Reads at most so many of the server's bytes in a second, 0 for none, of new connections too; undefined for as fast as can be. */
  slow(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    for (const link of this.#links) link.slow(bytesPerSecond);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const held of [...this.#held]) for (const link of held.links) link.release(held);
    for (const link of this.#links) link.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #chosen(which: WhichLinks = () => true): Link[] {
    return [...this.#links].filter((link) => which(link.firstBytes));
  }

  #accept(client: Socket): void {
    if (this.closed) {
      client.destroy();
      return;
    }
    const { target } = this;
    const server = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    const link = new Link(client, server, this.#pieceBytes);
    this.#links.add(link);
    link.onEnd = () => this.#links.delete(link);
    for (const held of this.#held) link.hold(held);
    if (this.#bytesPerSecond !== undefined) link.slow(this.#bytesPerSecond);
  }
}

/** One outage, and what it has kept back so far. */
type Held = { readonly direction: Direction; bytes: number; readonly links: Set<Link> };

class Link {
  frozen = false;
  swallowed = 0;
  unheard = 0;
  firstBytes: Buffer = Buffer.alloc(0);
  onEnd: () => void = () => undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pieceBytes: (() => number) | undefined;
  /** Those who wait for the next frame; the first gets the cut, the others nothing. */
  readonly #halving = new Set<(lost: number) => void>();
  readonly #holding = new Set<Held>();
  #waiting: { readonly up: boolean; readonly chunk: Buffer }[] = [];
  #bytesPerSecond: number | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Socket, server: Socket, pieceBytes: (() => number) | undefined) {
    [this.#client, this.#server, this.#pieceBytes] = [client, server, pieceBytes];
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.on('data', (chunk: Buffer) => {
      if (!this.#isHeld(chunk, true)) this.#upstream(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      this.#paced(chunk);
      if (!this.#isHeld(chunk, false)) this.#downstream(chunk);
    });
    for (const socket of [client, server]) {
      socket.on('error', () => this.#gone());
      socket.on('close', () => this.#gone());
    }
  }

  destroy(): void {
    for (const socket of [this.#client, this.#server]) reset(socket);
  }

  halveNext(timeoutMs: number): Promise<number> {
    return new Promise((resolve) => {
      const waiting = (lost: number): void => {
        clearTimeout(timer);
        this.#halving.delete(waiting);
        resolve(lost);
      };
      const timer = setTimeout(() => waiting(0), timeoutMs);
      this.#halving.add(waiting);
    });
  }

  hold(held: Held): void {
    held.links.add(this);
    this.#holding.add(held);
  }

  release(held: Held): void {
    this.#holding.delete(held);
    if (this.#holding.size > 0) return;
    for (const { up, chunk } of this.#waiting.splice(0)) {
      if (up) this.#upstream(chunk);
      else this.#downstream(chunk);
    }
    if (this.#client.destroyed || this.#server.destroyed) this.#gone();
  }

  slow(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    clearTimeout(this.#next);
    if (bytesPerSecond === 0) this.#server.pause();
    else this.#server.resume();
  }

  /** Takes nothing more until these bytes have had their time. */
  #paced(chunk: Buffer): void {
    if (this.#bytesPerSecond === undefined) return;
    this.#server.pause();
    if (this.#bytesPerSecond > 0)
      this.#next = setTimeout(() => this.#server.resume(), (chunk.length / this.#bytesPerSecond) * 1000);
  }

  #isHeld(chunk: Buffer, up: boolean): boolean {
    let isHeld = false;
    for (const held of this.#holding) {
      if (held.direction === (up ? 'down' : 'up')) continue;
      held.bytes += chunk.length;
      isHeld = true;
    }
    // What follows something that waits waits too.
    isHeld ||= this.#waiting.some((one) => one.up === up);
    if (isHeld) this.#waiting.push({ up, chunk });
    return isHeld;
  }

  #upstream(chunk: Buffer): void {
    if (this.firstBytes.length === 0) this.firstBytes = chunk;
    if (this.frozen) this.unheard += chunk.length;
    else if (!this.#server.destroyed) this.#server.write(chunk);
  }

  #downstream(chunk: Buffer): void {
    if (this.frozen) {
      this.swallowed += chunk.length;
      return;
    }
    if (this.#client.destroyed) return;
    const [first] = this.#halving;
    if (first !== undefined && chunk.length > 1) {
      this.#client.write(chunk.subarray(0, chunk.length >> 1), () => this.destroy());
      this.frozen = true;
      first(chunk.length - (chunk.length >> 1));
      return;
    }
    const step = this.#pieceBytes?.() ?? chunk.length;
    for (let at = 0; at < chunk.length; at += step) this.#client.write(chunk.subarray(at, at + step));
  }

  /** A frozen link stays as it is until the one side that still hopes gives up; then nothing is left to hold. */
  #gone(): void {
    // Whoever is left is told when the network is up again.
    if (this.#holding.size > 0) return;
    clearTimeout(this.#next);
    for (const waiting of [...this.#halving]) waiting(0);
    if (this.frozen && !(this.#client.destroyed && this.#server.destroyed)) {
      // The client gave up; the server is not told for as long as the proxy lives, or until it ends the connection itself.
      return;
    }
    this.#client.destroy();
    this.#server.destroy();
    this.onEnd();
  }
}

/** A local socket has no reset: its end is just as sudden. */
function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
