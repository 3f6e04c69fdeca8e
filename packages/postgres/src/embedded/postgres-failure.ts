export type PostgresFailureCode =
  | 'platform_unsupported'
  | 'binaries_missing'
  | 'folder_not_writable'
  | 'folder_in_use'
  | 'disk_full'
  | 'wrong_major'
  | 'no_unprivileged_user'
  | 'no_user_name'
  | 'port_taken'
  | 'port_unsuitable'
  | 'initdb_failed'
  | 'start_failed'
  | 'start_timeout'
  | 'stop_failed';

/** PostgreSQL could not be started (or prepared). `message` says what is wrong, `remedy` what to do about it. */
export class PostgresFailure extends Error {
  readonly code: PostgresFailureCode;
  readonly remedy: string;

  constructor(code: PostgresFailureCode, what: string, remedy: string, options?: ErrorOptions) {
    super(`${what}\n${remedy}`, options);
    this.name = 'PostgresFailure';
    this.code = code;
    this.remedy = remedy;
  }
}

const OWN_DATABASE = 'Or set DATABASE_URL to a PostgreSQL (14 or newer) of your own.';

type Pattern = { readonly match: RegExp; readonly code: PostgresFailureCode; readonly what: string; readonly remedy: string };

/** What PostgreSQL's own words mean for whoever typed `npm start`; the first match wins. */
const PATTERNS: readonly Pattern[] = [
  {
    match: /No space left on device|could not resize shared memory segment/,
    code: 'disk_full',
    what: 'PostgreSQL ran out of space.',
    remedy: 'Free some space on that disk (or in /dev/shm), or put the data elsewhere with ELIRA_DATA.',
  },
  {
    match: /could not bind .*Address already in use|could not create any TCP\/IP sockets/,
    code: 'port_taken',
    what: 'The TCP port for PostgreSQL is taken.',
    remedy: 'Stop the program that holds it, choose another port below 32768, or use the socket alone (no port).',
  },
  {
    match: /Read-only file system|Permission denied|Operation not permitted/,
    code: 'folder_not_writable',
    what: 'PostgreSQL may not use its data folder.',
    remedy: `Give the folder to the user that runs Elira, or choose another one with ELIRA_DATA. ${OWN_DATABASE}`,
  },
  {
    match: /database files are incompatible with server/,
    code: 'wrong_major',
    what: 'The data folder was written by another major version of PostgreSQL.',
    remedy: `Move the folder away (a new one is made), or start the version that wrote it and dump from there. ${OWN_DATABASE}`,
  },
  {
    match: /could not look up effective user ID|local user with ID \d+ does not exist/,
    code: 'no_user_name',
    what: 'The user that runs Elira has no name in /etc/passwd, which initdb insists on, and user namespaces are not allowed here.',
    remedy: `Add an entry for that user id to /etc/passwd. ${OWN_DATABASE}`,
  },
];

/** Turns the end of PostgreSQL's log into an error that names the remedy. Pure. */
export function failureFromLog(code: 'initdb_failed' | 'start_failed', logTail: string): PostgresFailure {
  const shown = logTail.trim().split('\n').slice(-12).join('\n');
  const known = PATTERNS.find((pattern) => pattern.match.test(logTail));
  if (known !== undefined) return new PostgresFailure(known.code, `${known.what}\n${shown}`, known.remedy);
  const what = code === 'initdb_failed' ? 'PostgreSQL could not prepare its data folder.' : 'PostgreSQL did not start.';
  return new PostgresFailure(code, `${what}\n${shown}`, `The lines above are PostgreSQL's own. ${OWN_DATABASE}`);
}
