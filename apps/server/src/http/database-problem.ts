import { Problem } from '@elira/protocol';
import { errorCode } from '../database/connection.ts';

/** What PostgreSQL refused, by SQLSTATE, as what may be told to anyone: nothing of its texts, which may quote rows. */
const REFUSALS: readonly (readonly [pattern: RegExp, problem: (error: unknown) => Problem])[] = [
  // Raised by functions of ours with words for whoever asked (sql/0021_attempts_grades.sql).
  [/^EL021$/, (error) => new Problem('invalid_request', error instanceof Error ? error.message : undefined)],
  [/^EL001$/, () => new Problem('join_code_wrong')],
  [/^P0002$/, () => new Problem('not_found')],
  // Row-level security, and rights that the application's role does not have.
  [/^42501$/, () => new Problem('forbidden')],
  [/^23505$/, () => new Problem('already_exists')],
  [/^23503$/, () => new Problem('invalid_request', 'It names something that is not there.')],
  [/^(22|23)/, () => new Problem('invalid_request', 'A value is out of its bounds.')],
  // Two transactions stood in each other's way, or one took too long.
  [/^(40001|40P01|55P03|57014)$/, () => new Problem('database_unavailable')],
];

/** Undefined for what is no refusal: then something is wrong on our side. Pure. */
export function databaseProblem(error: unknown): Problem | undefined {
  const code = errorCode(error) ?? '';
  const refusal = REFUSALS.find(([pattern]) => pattern.test(code));
  if (refusal === undefined) return undefined;
  const { code: problem, detail } = refusal[1](error);
  return new Problem(problem, detail, { cause: error });
}
