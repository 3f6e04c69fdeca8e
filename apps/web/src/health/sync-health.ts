import type { SyncServer, SyncState } from '../data/tables.ts';

/** How it goes, in one word. `behind`: what was committed is on its way. */
export type Health = 'good' | 'behind' | 'failing' | 'stopped';

/** Numbers of one server, or of all; undefined where a server has not told. */
export type ServerNumbers = {
  readonly connectedClients: number;
  readonly adminConnections: number;
  readonly userConnections: number;
  readonly messagesSent: number;
  readonly errors: number;
  readonly rowsMended: number;
};
/** Milliseconds from a commit to the sockets; undefined before the first. */
export type Delays = { readonly p50?: number; readonly p95?: number; readonly p99?: number };

export type ServerHealth = ServerNumbers & {
  readonly id: string;
  readonly startedAt: string;
  readonly delays: Delays;
  /** Seconds it ran for when it was heard of last. */
  readonly uptime: number;
  readonly health: Health;
};

/** Seconds after which a server that says nothing counts as gone, as the database has it. */
const SILENT_SECONDS = 30;
/** Milliseconds from a commit to the sockets above which learners notice. */
const SLOW_MS = 2_000;

/** Pure. What a server says of itself. `newest`: when any of them was heard of last, in milliseconds, so that no clock is asked here. */
export function serverHealth({ id, startedAt, seenAt, metrics }: SyncServer, newest: number): ServerHealth {
  const delay = isRecord(metrics['delay']) ? metrics['delay'] : {};
  const delays = Object.fromEntries(
    (['p50', 'p95', 'p99'] as const).flatMap((name) => (typeof delay[name] === 'number' ? [[name, delay[name]]] : [])),
  ) as Delays;
  const isSilent = newest - Date.parse(seenAt) > SILENT_SECONDS * 1000;
  return {
    id,
    startedAt,
    connectedClients: numberOf(metrics['connectedClients']),
    adminConnections: numberOf(metrics['adminConnections']),
    userConnections: numberOf(metrics['userConnections']),
    messagesSent: numberOf(metrics['messagesSent']),
    errors: numberOf(metrics['errors']),
    rowsMended: numberOf(metrics['rowsMended']),
    delays,
    uptime: Math.max(0, Math.round((Date.parse(seenAt) - Date.parse(startedAt)) / 1000)),
    health: isSilent ? 'stopped' : (delays.p95 ?? 0) > SLOW_MS ? 'behind' : 'good',
  };
}

/** Pure. The servers, the longest running first. */
export function serversHealth(servers: readonly SyncServer[]): readonly ServerHealth[] {
  const newest = servers.reduce((latest, { seenAt }) => Math.max(latest, Date.parse(seenAt)), 0);
  return servers
    .map((server) => serverHealth(server, newest))
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

/** Pure. All of them together. */
export function totalOf(servers: readonly ServerNumbers[]): ServerNumbers {
  const sum = (name: keyof ServerNumbers): number => servers.reduce((total, server) => total + server[name], 0);
  return {
    connectedClients: sum('connectedClients'),
    adminConnections: sum('adminConnections'),
    userConnections: sum('userConnections'),
    messagesSent: sum('messagesSent'),
    errors: sum('errors'),
    rowsMended: sum('rowsMended'),
  };
}

/** Pure. How it goes as a whole. What this screen shows is no newer than its own stream. */
export function overallHealth(
  isStreamFresh: boolean,
  servers: readonly Pick<ServerHealth, 'health'>[],
  states: readonly Pick<SyncState, 'status'>[],
): Health {
  if (!isStreamFresh || servers.every(({ health }) => health === 'stopped')) return 'stopped';
  if (states.some(({ status }) => status === 'failed')) return 'failing';
  if (states.some(({ status }) => status === 'pending') || servers.some(({ health }) => health !== 'good')) return 'behind';
  return 'good';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
