import type { ConnectionReport } from '@elira/sync-server';
import type { Explanation } from './explain-row.ts';

/** What a running server says of the open streams of a person; or why none could be asked. */
export type Sent =
  | { readonly server: string; readonly connections: readonly ConnectionReport[] }
  | { readonly notAsked: string };

/** For a terminal. Pure. */
export function explainLines(explanation: Explanation, sent: Sent): string[] {
  const { person, table, key, exists, scopes, selected, has, masked, notes, routing } = explanation;
  const who = `${person.name} <${person.email}>`;
  const verdict = !exists
    ? `There is no such row, so nobody has it.`
    : has
      ? `${who} has this row.`
      : `${who} does not have this row.`;
  const where = Object.entries(routing).map(([column, value]) => `${column} ${value ?? 'NULL'}`);
  return [
    verdict,
    '',
    `  person     ${who}, ${person.role}${person.banned ? ', banned' : ''}, ${count(person.sessions, 'session')} (${person.id})`,
    `  row        ${table} ${key}${where.length === 0 ? '' : `: ${where.join(', ')}`}`,
    ...scopes.flatMap(({ scope, heldBy, opens }) => [
      `  scope      ${scope}`,
      heldBy === undefined ? `             not held; it would be opened by ${opens}` : `             held by ${heldBy}`,
    ]),
    ...(exists && scopes.length === 0 ? ['  scope      none: by its columns this row is in nobody’s'] : []),
    `  select     ${selected === undefined ? 'the application may not read this table' : `as this person finds ${selected ? 'the row' : 'nothing'}`}`,
    ...(has ? [`  masked     ${masked.length === 0 ? 'nothing: every column is received' : masked.join(', ')}`] : []),
    ...sentLines(sent),
    ...notes.map((note) => `  note       ${note}`),
  ];
}

function sentLines(sent: Sent): string[] {
  if ('notAsked' in sent) return [`  sent       ${sent.notAsked}`];
  if (sent.connections.length === 0) return [`  sent       ${sent.server} has no open stream of theirs`];
  return sent.connections.flatMap(({ standing, scopes, waiting, row }, index) => [
    `  sent       stream ${index + 1} at ${sent.server}: ${standing}, ${count(scopes.length, 'scope')}${waiting === 0 ? '' : `, ${waiting} bytes wait in its socket`}`,
    ...(row.length === 0
      ? [
          '             this row has not changed there since the server’s memory begins: if it is in a scope above, it came with it',
        ]
      : row.map(({ scope, what, batchesAgo }) => `             ${WORDS[what]} in ${scope}, ${agoOf(batchesAgo)}`)),
  ]);
}

const WORDS: Readonly<Record<ConnectionReport['row'][number]['what'], string>> = {
  put: 'sent',
  drop: 'taken away',
  reload: 'sent with everything',
};

function agoOf(batches: number): string {
  return batches === 0 ? 'in the last batch' : `${count(batches, 'batch', 'batches')} ago`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
