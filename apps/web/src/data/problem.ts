/** A request that was refused, or never answered. `message` may be shown. */
export class ApiProblem extends Error {
  readonly status: number;
  /** As in RFC 9457 documents of the API; `unreachable` when there was no answer. */
  readonly code: string;
  /** The whole document, for codes that carry more, such as the other version in a conflict. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    document: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.document = document;
  }
}

/** What to tell a person about an error, whatever was thrown. */
export function told(error: unknown): string {
  return error instanceof ApiProblem ? error.message : 'Something went wrong. Nothing was lost; try again.';
}
