import {
  LIMITS,
  type Heartbeat,
  type Hello,
  type Row,
  type ScopeDelta,
  type ScopeKey,
  type StreamMessage,
} from '@elira/protocol';
import { StreamFault } from '../connect/client-problem.ts';
import type { RawEvent } from '../connect/event-stream-parser.ts';
import { freezeValue } from './freeze-value.ts';

/**
 * A server-sent event as a message of the protocol, or undefined for an event of a newer server, which is passed over.
 *
 * Throws StreamFault `malformed_stream` when the shape is wrong. The detail says where, never what: rows do not belong in
 * logs. Rows are frozen, since every listener is given the same objects.
 */
export function decodeMessage(raw: RawEvent): StreamMessage | undefined {
  switch (raw.event) {
    case 'hello':
      return { event: 'hello', data: hello(onlyLine(raw)) };
    case 'part':
      return { event: 'part', data: deltas(raw) };
    case 'batch':
      return { event: 'batch', id: cursor(raw), ...age(raw), data: deltas(raw) };
    case 'withdraw':
      return { event: 'withdraw', data: { scopes: scopes(raw, onlyLine(raw)['scopes']) } };
    case 'heartbeat':
      return { event: 'heartbeat', id: cursor(raw), data: heartbeat(onlyLine(raw)) };
    case 'goodbye':
      return { event: 'goodbye', data: goodbye(onlyLine(raw)) };
    default:
      return undefined;
  }
}

type Fields = { readonly [name: string]: unknown };

function hello(data: Fields): Hello {
  const { protocol, epoch, resumed, heartbeatSeconds } = data;
  if (typeof protocol !== 'number') throw malformed('hello', 'has no protocol number');
  if (typeof epoch !== 'string') throw malformed('hello', 'has no epoch');
  if (resumed !== 'ring' && resumed !== 'database' && resumed !== 'snapshot')
    throw malformed('hello', 'does not say how it resumed');
  if (typeof heartbeatSeconds !== 'number') throw malformed('hello', 'has no heartbeatSeconds');
  return { protocol, epoch, scopes: scopes({ event: 'hello' }, data['scopes']), resumed, heartbeatSeconds };
}

function heartbeat({ ageMs }: Fields): Heartbeat {
  if (typeof ageMs !== 'number' || ageMs < 0) throw malformed('heartbeat', 'has no age');
  return { ageMs };
}

/** A server of the version before says nothing of it. */
function age({ event, age: text }: RawEvent): { readonly ageMs?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,15}$/.test(text)) throw malformed(event, 'has an age that is no number of milliseconds');
  return { ageMs: Number(text) };
}

function goodbye(data: Fields): Extract<StreamMessage, { event: 'goodbye' }>['data'] {
  if (typeof data['code'] !== 'string') throw malformed('goodbye', 'has no code');
  // A newer server may know more codes than this client; `answeredProblem` looks the code up before it relies on it.
  return data as Extract<StreamMessage, { event: 'goodbye' }>['data'];
}

function cursor({ event, id }: RawEvent): string {
  if (id === undefined || id === '') throw malformed(event, 'has no id');
  if (id.length > LIMITS.cursorBytes || !/^[\x21-\x7e]+$/.test(id)) {
    throw malformed(event, `has an id that is not printable ASCII of at most ${LIMITS.cursorBytes} bytes`);
  }
  return id;
}

function scopes({ event }: { readonly event: string }, value: unknown): ScopeKey[] {
  if (!Array.isArray(value)) throw malformed(event, 'has no list of scopes');
  if (value.length > LIMITS.scopesPerConnection) throw malformed(event, `names more than ${LIMITS.scopesPerConnection} scopes`);
  return value.map((entry: unknown) => scope(event, entry));
}

function scope(event: string, value: unknown): ScopeKey {
  if (typeof value !== 'string' || value === '') throw malformed(event, 'names a scope that is not a text');
  return value as ScopeKey;
}

function deltas(raw: RawEvent): ScopeDelta[] {
  return raw.data.map((line, index) => delta(`${raw.event}, line ${index + 1},`, fields(line, raw.event)));
}

/** A delta that came otherwise than in a stream. Throws StreamFault. */
export function decodeDelta(where: string, value: unknown): ScopeDelta {
  if (!isFields(value)) throw malformed(where, 'is not a JSON object');
  return delta(where, value);
}

function delta(where: string, line: Fields): ScopeDelta {
  const { reset, put, drop } = line;
  if (reset !== undefined && reset !== true) throw malformed(where, 'has a reset other than true');
  const tables = put === undefined ? undefined : entries(where, 'put', put);
  const dropped = drop === undefined ? undefined : entries(where, 'drop', drop);
  for (const [, rows] of tables ?? []) for (const pair of rows) checkPut(where, pair);
  for (const [, keys] of dropped ?? [])
    for (const key of keys) if (typeof key !== 'string') throw malformed(where, 'drops a key that is not a text');
  return {
    scope: scope(where, line['scope']),
    ...(reset === true ? { reset } : {}),
    ...(put === undefined ? {} : { put: put as NonNullable<ScopeDelta['put']> }),
    ...(drop === undefined ? {} : { drop: drop as NonNullable<ScopeDelta['drop']> }),
  };
}

function checkPut(where: string, pair: unknown): void {
  if (!Array.isArray(pair) || pair.length !== 2) throw malformed(where, 'puts something other than [key, row]');
  const [key, row] = pair as [unknown, unknown];
  if (typeof key !== 'string') throw malformed(where, 'puts a key that is not a text');
  if (!isFields(row)) throw malformed(where, 'puts a row that is not an object');
  freezeValue(row satisfies Row);
}

function entries(where: string, name: string, value: unknown): [string, unknown[]][] {
  if (!isFields(value)) throw malformed(where, `has a ${name} that is not an object of tables`);
  return Object.entries(value).map(([table, list]) => {
    if (!Array.isArray(list)) throw malformed(where, `has a ${name} whose table is not a list`);
    return [table, list as unknown[]];
  });
}

function onlyLine(raw: RawEvent): Fields {
  const [line] = raw.data;
  if (line === undefined || raw.data.length !== 1) throw malformed(raw.event, 'has more than one line of data');
  return fields(line, raw.event);
}

function fields(line: string, where: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw malformed(where, 'is not JSON');
  }
  if (!isFields(value)) throw malformed(where, 'is not a JSON object');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(where: string, what: string): StreamFault {
  return new StreamFault('malformed_stream', `${where} ${what}`);
}
