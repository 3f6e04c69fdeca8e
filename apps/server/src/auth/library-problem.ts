import { Problem, type ProblemCode } from '@elira/protocol';

const BY_CODE: Readonly<Record<string, { readonly code: ProblemCode; readonly detail?: string }>> = {
  INVALID_EMAIL_OR_PASSWORD: { code: 'wrong_credentials' },
  INVALID_PASSWORD: { code: 'wrong_credentials' },
  BANNED_USER: { code: 'account_banned' },
  USER_ALREADY_EXISTS: { code: 'already_exists', detail: 'There is an account with this e-mail address: sign in instead.' },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    code: 'already_exists',
    detail: 'There is an account with this e-mail address: sign in instead.',
  },
  YOU_CANNOT_BAN_YOURSELF: { code: 'forbidden', detail: 'You cannot ban yourself.' },
  SESSION_EXPIRED: { code: 'not_signed_in' },
};

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'not_signed_in',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_requests',
};

/** What the sign-in library refused, as one of our problems. Pure. Its texts stay behind. */
export function libraryProblem(status: number, body: unknown): Problem {
  const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
  const known = BY_CODE[code];
  if (known !== undefined) return new Problem(known.code, known.detail);
  if (status >= 500) return new Problem('internal', undefined, { cause: new Error(`the sign-in library answered ${status}`) });
  return new Problem(BY_STATUS[status] ?? 'invalid_request');
}
