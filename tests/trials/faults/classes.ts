import { LOSS_STORM } from '../writing/lose-answers.ts';
import { CHANGED_SCHEMA } from './database/changed-schema.ts';
import { OVERTAKING_STORM } from '../writing/overtaken-answers.ts';
import { ACCESS } from './network/access-changes.ts';
import { ALL_RETURN } from './network/all-return.ts';
import { CLOCK_STORM } from './network/clocks.ts';
import { FROZEN_SERVER } from './network/frozen-server.ts';
import { ROLLING_RESTART } from './network/rolling-restart.ts';
import { NEVER_READS } from './network/never-reads.ts';
import { CRASH_WITHOUT_FLUSH } from './database/crash-without-flush.ts';
import { FULL_DISK } from './database/full-disk.ts';
import { HUGE_TRANSACTION } from './database/huge-transaction.ts';
import { MANY_ROWS } from './database/many-rows.ts';
import { OVERLAPPING_TRANSACTIONS } from './database/overlapping-transactions.ts';
import { POISON_ROWS } from './database/poison-rows.ts';
import { PROMOTION } from './database/promotion.ts';
import { RESTORED_COPY } from './database/restored-copy.ts';
import { CUT_READER, SILENT_EVERYTHING, SILENT_LISTENER, SILENT_READER } from './database/silent-connections.ts';
import { STOPPED_DATABASE } from './database/stopped-database.ts';
import { MAX_CONNECTIONS, POOL_USED_UP } from './database/used-up.ts';
import { DISCONNECT_STORM } from './disconnect.ts';
import type { FaultClass } from './fault.ts';
import { NAMED_POINTS } from './named-points.ts';
import { RESTARTS_IN_A_ROW } from './restarts.ts';
import { CRASH_BACKEND, CRASH_POSTMASTER, CRASH_UNDER_LOAD, KILL_OTHER_SERVER, KILL_SERVER } from './kill.ts';

const network = (...names: string[]): FaultClass['storms'] => [{ storm: DISCONNECT_STORM, names }];

/** Every class of faults there is, in the order in which their strikes come. */
export const FAULT_CLASSES: readonly FaultClass[] = [
  {
    id: 'F1',
    title: 'kill -9 of a server',
    holds: 'clients move and catch up by cursor; no gap, nothing applied twice',
    strikes: [KILL_SERVER, KILL_OTHER_SERVER, ...NAMED_POINTS],
    storms: [],
  },
  {
    id: 'F3',
    title: 'twenty restarts in a row',
    holds: 'no connection leak; bounded backoff',
    strikes: [RESTARTS_IN_A_ROW],
    storms: [],
  },
  {
    id: 'F2',
    title: 'a rolling restart',
    holds: 'a client moves in under 5 s, with spread-out reconnects',
    strikes: [ROLLING_RESTART],
    storms: [],
  },
  {
    id: 'F4',
    title: 'a server stopped in mid-air',
    holds: 'clients notice by age, not by the socket; it serves nothing stale when it wakes',
    strikes: [FROZEN_SERVER],
    storms: network('server stopped in mid-air'),
  },
  {
    id: 'F5',
    title: 'PostgreSQL dies',
    holds: 'writes fail cleanly with a code; the epoch changes; readers keep their screen, are told its age, and swap',
    strikes: [CRASH_BACKEND, CRASH_POSTMASTER, CRASH_UNDER_LOAD, CRASH_WITHOUT_FLUSH, STOPPED_DATABASE],
    storms: [],
  },
  {
    id: 'F6',
    title: 'connections between server and PostgreSQL that are cut or half-open',
    holds: 'noticed within 15 s; a lost NOTIFY costs one poll',
    strikes: [CUT_READER, SILENT_READER, SILENT_LISTENER, SILENT_EVERYTHING],
    storms: network('a reader that hears nothing from the database'),
  },
  {
    id: 'F7',
    title: 'a database that has lost its last commits',
    holds: 'the epoch changes, clients reload; never silently continued',
    strikes: [RESTORED_COPY, PROMOTION],
    storms: [],
  },
  {
    id: 'F8',
    title: 'the network between clients and servers',
    holds: 'catches up by cursor; silence is noticed',
    strikes: [],
    storms: network(
      'connections reset',
      'half-open, noticed by silence',
      'moved to the other server with its cursor',
      'server not reachable',
      'the network is down, perhaps in one direction',
    ),
  },
  {
    id: 'F9',
    title: 'readers that read slowly, or not at all',
    holds: 'bounded bytes for it; collapsed batches; nobody else is slower',
    strikes: [NEVER_READS],
    storms: network('a slow reader'),
  },
  {
    id: 'F10',
    title: 'frames in pieces',
    holds: 'never half a transaction; no double apply; no flicker',
    strikes: [],
    storms: [...network('cut in the middle of a frame'), { storm: OVERTAKING_STORM, names: OVERTAKING_STORM.names }],
  },
  {
    id: 'F11',
    title: 'the answer to an applied write is lost',
    holds: 'same id again: applied once, same answer',
    strikes: [],
    storms: [{ storm: LOSS_STORM, names: LOSS_STORM.names }],
  },
  {
    id: 'F12',
    title: 'clocks that jump',
    holds: 'order never uses clocks',
    strikes: [],
    storms: [{ storm: CLOCK_STORM, names: CLOCK_STORM.names }],
  },
  {
    id: 'F13',
    title: 'one transaction of very many rows',
    holds: 'bounded memory; atomic for clients',
    strikes: [HUGE_TRANSACTION],
    storms: [],
  },
  {
    id: 'F14',
    title: 'transactions that are open for long, and very many that overlap',
    holds: 'nothing skipped, nothing delayed but its own rows; the index turns under an open transaction; cursor within 1 KB',
    strikes: [OVERLAPPING_TRANSACTIONS],
    storms: [],
  },
  {
    id: 'F15',
    title: 'poison rows',
    holds: 'the row is set aside with a code and a metric; the stream goes on',
    strikes: [POISON_ROWS],
    storms: [],
  },
  {
    id: 'F16',
    title: 'a table is changed under the rules while it streams',
    holds: 'everything else goes on; when it is mended, all converge; never a wrong shape',
    strikes: [CHANGED_SCHEMA],
    storms: [],
  },
  {
    id: 'F17',
    title: 'statements over very many rows',
    holds: 'clients end up exactly right',
    strikes: [MANY_ROWS],
    storms: [],
  },
  {
    id: 'F18',
    title: 'something is used up: disk, connections',
    holds: 'no acknowledged write lost; told to come again; the reader keeps its own connection',
    strikes: [FULL_DISK, POOL_USED_UP, MAX_CONNECTIONS],
    storms: [],
  },
  {
    id: 'F20',
    title: 'access taken and given while the stream is open',
    holds: 'I5, both ways, and the local store is purged',
    strikes: [ACCESS],
    storms: [],
  },
  {
    id: 'F23',
    title: 'everybody comes back at once',
    holds: 'database work bounded by scopes, not by clients',
    strikes: [ALL_RETURN],
    storms: [],
  },
];
