/**
 * Everything that can go wrong on the wire, in one place: what happened, who acts, what the client does, which HTTP status.
 * The public form is an RFC 9457 problem document; it never carries SQL, a stack or row data.
 */
export const PROBLEMS = {
  not_found: { status: 404, title: 'There is nothing at this address.', client: 'stop' },
  method_not_allowed: { status: 405, title: 'This address does not take that method.', client: 'stop' },
  invalid_request: { status: 400, title: 'The request could not be understood.', client: 'stop' },
  not_signed_in: { status: 401, title: 'Sign in first.', client: 'stop' },
  wrong_credentials: { status: 401, title: 'E-mail address and password do not fit together.', client: 'stop' },
  account_banned: { status: 403, title: 'This account is banned.', client: 'stop' },
  forbidden: { status: 403, title: 'This user may not do that.', client: 'stop' },
  cross_site: { status: 403, title: 'The request came from another site, or does not say where it came from.', client: 'stop' },
  join_code_wrong: { status: 403, title: 'This course needs its join code.', client: 'stop' },
  already_exists: { status: 409, title: 'There is one already.', client: 'stop' },
  version_conflict: { status: 409, title: 'Somebody else saved in between.', client: 'stop' },
  mutation_too_old: { status: 410, title: 'This change was made too long ago.', client: 'stop' },
  mutation_id_taken: { status: 409, title: 'Another change has this id.', client: 'stop' },
  mutation_unknown: { status: 503, title: 'This server knows no change of this name, or not yet.', client: 'retry' },
  too_large: { status: 413, title: 'The request is too large.', client: 'stop' },
  too_busy: { status: 503, title: 'More is waiting here than this server takes.', client: 'retry' },
  too_many_requests: { status: 429, title: 'Too many requests. Wait a little.', client: 'retry' },
  forbidden_scope: { status: 403, title: 'This user may not subscribe to that scope.', client: 'stop' },
  too_many_scopes: { status: 400, title: 'Too many scopes for one connection.', client: 'stop' },
  too_many_connections: { status: 503, title: 'This server holds as many streams as it may.', client: 'retry' },
  scope_too_large: { status: 413, title: 'This scope holds more rows than one screen may follow.', client: 'stop' },
  database_unavailable: { status: 503, title: 'The database does not answer.', client: 'retry' },
  reader_stale: { status: 503, title: 'The reader has not seen the database for too long.', client: 'retry' },
  capture_incomplete: { status: 503, title: 'A synchronised table is not captured as the rules require.', client: 'retry' },
  schema_outdated: { status: 503, title: 'The database is not at the version this server needs.', client: 'retry' },
  role_ignores_rls: { status: 503, title: 'The database role would ignore row-level security.', client: 'retry' },
  epoch_changed: {
    status: 409,
    title: 'Positions are no longer comparable: the database was restored, promoted or crashed.',
    client: 'reconnect',
  },
  access_changed: { status: 409, title: 'What this user may see has changed.', client: 'reconnect' },
  cursor_invalid: { status: 400, title: 'The cursor was not issued by this installation.', client: 'restart' },
  too_slow: { status: 408, title: 'This connection took nothing for too long.', client: 'reconnect' },
  shutting_down: { status: 503, title: 'This server is stopping.', client: 'reconnect' },
  internal: { status: 500, title: 'Something went wrong on our side.', client: 'retry' },
} as const satisfies Record<string, { status: number; title: string; client: 'stop' | 'retry' | 'reconnect' | 'restart' }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details with a stable `code`. `detail` names the remedy where there is one. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
};

/** The document for `code`; `detail` must be safe to show to anyone. */
export function problemDocument(code: ProblemCode, detail?: string): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:elira:problem:${code}`, title, status, code, ...(detail === undefined ? {} : { detail }) };
}

/** An error that knows its public form. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? PROBLEMS[code].title : `${PROBLEMS[code].title} ${detail}`, options);
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  toDocument(): ProblemDocument {
    return problemDocument(this.code, this.detail);
  }
}
