import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import {
  checkChannel,
  checkEndpoint,
  checkEvent,
  checkExport,
  checkMetric,
  checkScope,
  checkValue,
  checkWritten,
  setStage,
  type LiveCheck,
  type Stage,
} from './check-live.ts';
import {
  checkColumn,
  checkIndex,
  checkSqlFunction,
  checkStatement,
  checkTable,
  checkTrigger,
  deviationsOf,
  type SchemaCheck,
} from './check-schema.ts';
import { readNames, ROOT, type NamedThing } from './read-names.ts';

/*
 * Every name that the mission uses stands in docs/mission.md. Here each is asked for: of the running database, of the HTTP routes, of what
 * the packages export.
 */

/** Names that may still be missing. Whoever brings one takes it from here and from the document. */
const OPEN: readonly string[] = [];
/** Milliseconds a server may take to start and to stop on a machine that has much else to do. */
const PATIENCE_MS = 180_000;

const inDatabase =
  (check: SchemaCheck): LiveCheck =>
  (thing, { server }) =>
    check(thing, server.sql);
const CHECKS: Readonly<Record<string, LiveCheck>> = {
  table: inDatabase(checkTable),
  column: inDatabase(checkColumn),
  index: inDatabase(checkIndex),
  trigger: inDatabase(checkTrigger),
  'trigger function': inDatabase(checkSqlFunction),
  statement: inDatabase(checkStatement),
  channel: checkChannel,
  event: checkEvent,
  value: checkValue,
  endpoint: checkEndpoint,
  scope: checkScope,
  metric: checkMetric,
  export: checkExport,
  call: checkWritten,
  'query key': checkWritten,
  'cache key': checkWritten,
};

const things = readNames();
let server: RunningServer;
let stage: Stage;

beforeAll(async () => {
  server = await runningServer('mission');
  stage = await setStage(server);
}, PATIENCE_MS);
afterAll(() => server.remove(), PATIENCE_MS);

const nameOf = ({ kind, asked }: NamedThing): string => `${kind} ${asked}`;

test('every name of the mission is there, under that name or with the decision that says why not', async () => {
  const wrong: string[] = [];
  for (const thing of things.filter(({ open }) => !open)) {
    const check = CHECKS[thing.kind];
    const found = check === undefined ? ['is of a kind that nobody can check'] : await check(thing, stage);
    wrong.push(...[...found, ...papers(thing)].map((what) => `${nameOf(thing)}: ${what}`));
  }
  expect(wrong).toEqual([]);
});

/** Are the files, the tests and the decision there that the line names? */
function papers({ files, tests, decision, kind }: NamedThing): string[] {
  const said = tests.filter(({ file, title }) => {
    const path = new URL(file, ROOT);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  return [
    ...files.filter((file) => !existsSync(new URL(file, ROOT))).map((file) => `there is no file ${file}`),
    ...(files.length === 0 ? ['no file is named'] : []),
    ...(tests.length === 0 && kind !== 'table' ? ['no test is named'] : []),
    ...said.map(({ file, title }) => `no test in ${file} is titled "${title}"`),
    ...(decision !== undefined && !existsSync(new URL(decision, ROOT)) ? [`there is no ${decision}`] : []),
  ];
}

test('what is still open is what may be open', () => {
  expect(
    things
      .filter(({ open }) => open)
      .map(nameOf)
      .toSorted(),
  ).toEqual(OPEN.toSorted());
});

const MISSING: Readonly<Record<string, string>> = {
  statement: 'UPDATE courses SET nothing = 1',
  endpoint: 'GET /api/nothing',
  value: 'user_activities.activity_type',
};

test('a name that is missing is found, whatever its kind', async () => {
  const kinds = Object.keys(CHECKS);
  expect([...new Set(things.map(({ kind }) => kind))].filter((kind) => !kinds.includes(kind))).toEqual([]);
  const passed: string[] = [];
  for (const kind of kinds) {
    const like = things.find((thing) => thing.kind === kind);
    if (like === undefined) continue;
    const thing = { ...like, name: MISSING[kind] ?? 'no_such.name', asked: 'no_such.name', askedMore: 'learner' };
    if ((await CHECKS[kind]?.(thing, stage))?.length === 0) passed.push(kind);
  }
  expect(passed).toEqual([]);
});

test('a column that is otherwise than the mission declares it is found', () => {
  const column = { type: 'uuid', default: "'pending'::character varying", required: false, primary: false, refers: [] };
  expect(deviationsOf('integer NOT NULL', column)).toHaveLength(2);
  expect(deviationsOf("varchar(20) DEFAULT 'synced'", { ...column, type: 'character varying(20)' })).toHaveLength(1);
  expect(deviationsOf("varchar(20) DEFAULT 'pending'", { ...column, type: 'character varying(20)' })).toEqual([]);
  expect(deviationsOf('varchar(36) REFERENCES users(id)', { ...column, type: 'character varying(36)' })).toHaveLength(1);
  expect(deviationsOf('serial PRIMARY KEY', { ...column, type: 'integer' })).toEqual(['is not the key']);
});
