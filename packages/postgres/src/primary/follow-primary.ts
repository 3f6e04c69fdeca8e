import { Socket } from 'node:net';
import type pg from 'pg';
import { askHost } from './ask-host.ts';
import { choosePrimary, type Choice, type Chosen } from './choose-primary.ts';
import { readHostList, type Host } from './host-list.ts';

/** What is told of the primary, for a log: no address, since a URL may hold more than is anybody's business. */
export type PrimaryNews =
  | { readonly kind: 'moved'; readonly host: number; readonly timeline: string; readonly connections: number }
  | { readonly kind: 'left-behind'; readonly timeline: string };

export type FollowedPrimary = {
  /** For whoever connects: leads to the primary of the moment. */
  readonly connection: pg.ClientConfig;
  /** The same as a URL, of the host that is the primary now. */
  readonly url: () => string;
  /** Asks the hosts now, and breaks the connections that lead elsewhere. */
  readonly look: () => Promise<Choice>;
  readonly stop: () => Promise<void>;
};

/** Milliseconds from the end of one look to the next. */
const LOOK_MS = 5_000;

type Link = { readonly socket: Socket; readonly openedAt: number; readonly host: number };

/**
 * The way to the primary. In: a URL with one host or several. Out: a configuration for connections, each of which leads to the writable host
 * of the newest timeline. The promise: when another has become primary, every connection that was made before is broken, so that nobody goes
 * on reading from the old one or writing to it, and a host that was left behind is connected to no more.
 *
 * One host is looked at as well: a name or a floating address leads new connections to another server, while old ones stay where they are.
 */
export async function followPrimary(
  url: string,
  onNews: (news: PrimaryNews) => void,
  { everyMs = LOOK_MS }: { readonly everyMs?: number } = {},
): Promise<FollowedPrimary> {
  const list = readHostList(url);
  if (list === undefined) throw new TypeError('the URL names no host');
  const { hosts, urlOf } = list;
  const links = new Set<Link>();
  let known: Chosen | undefined;
  let barred = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<Choice> | undefined;
  let stopped = false;

  const stream = (): Socket => {
    const host = known?.host ?? 0;
    const socket = new Socket();
    const connect = socket.connect.bind(socket);
    // Node-postgres names the host of its configuration; where to is decided here, at each connection.
    const lead = (): Socket => {
      if (!barred) return connect(placeOf(hosts[host] ?? hosts[0]));
      queueMicrotask(() =>
        socket.destroy(Object.assign(new Error('the only host that takes writes was left behind'), { code: 'ELEFTBEHIND' })),
      );
      return socket;
    };
    Object.assign(socket, { connect: lead });
    const link = { socket, openedAt: performance.now(), host };
    links.add(link);
    socket.once('close', () => links.delete(link));
    return socket;
  };

  const breakLinks = (isOver: (link: Link) => boolean): number => {
    const over = [...links].filter(isOver);
    for (const { socket } of over) socket.destroy();
    return over.length;
  };

  async function ask(): Promise<Choice> {
    const from = performance.now();
    const answers = await Promise.all(hosts.map((host, index) => askHost({ connectionString: urlOf(host) }, index)));
    const choice = choosePrimary(
      answers.filter((answer) => answer !== undefined),
      known,
    );
    if (choice.kind === 'left-behind') {
      if (!barred) onNews({ kind: 'left-behind', timeline: choice.known.timeline });
      barred = true;
      breakLinks(() => true);
    }
    if (choice.kind !== 'primary') return choice;
    const { chosen, moved } = choice;
    known = chosen;
    barred = false;
    if (moved) {
      const connections = breakLinks(({ openedAt, host }) => openedAt < from || host !== chosen.host);
      onNews({ kind: 'moved', host: chosen.host, timeline: chosen.timeline, connections });
    }
    return choice;
  }

  const look = (): Promise<Choice> => (looking ??= ask().finally(() => (looking = undefined)));
  const plan = (): void => {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (!stopped) plan();
      });
    }, everyMs);
    timer.unref();
  };

  await look();
  plan();
  return {
    connection: { connectionString: urlOf(hosts[0]), stream },
    url: () => urlOf(hosts[known?.host ?? 0] ?? hosts[0]),
    look,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function placeOf({ host, port }: Host): { host: string; port: number } | { path: string } {
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}
