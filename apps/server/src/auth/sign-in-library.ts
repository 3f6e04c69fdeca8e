import { randomUUID } from 'node:crypto';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { admin } from 'better-auth/plugins/admin';
import { adminAc, userAc } from 'better-auth/plugins/admin/access';
import { sessionCookieName } from './session-cookie.ts';
import type { SignedPool } from './signed-pool.ts';

/**
 * The sign-in library, mapped to our tables and told to do nothing of its own accord: it is reached through the addresses of
 * auth-routes.ts alone, which check who asks and from where, and never sees the request itself.
 */
export type SignInLibrary = (request: Request) => Promise<Response>;

/** Where the library believes to be. It builds no links, and requests reach it only after our own check of their origin. */
export const LIBRARY_ORIGIN = 'http://elira.internal';
/** Carries the client's address, as the server established it. */
export const ADDRESS_HEADER = 'x-elira-client-address';

export const PASSWORD_LENGTH = { least: 8, most: 128 } as const;

/** Seconds a session lasts without use, and after which its use prolongs it. */
const SESSION_SECONDS = 7 * 24 * 3600;
const PROLONG_SECONDS = 24 * 3600;
/** Attempts per address: a class behind one address signs in together, a guesser does not get far. */
const SIGN_INS = { window: 60, max: 40 } as const;
const SIGN_UPS = { window: 60, max: 20 } as const;
const OTHERS = { window: 10, max: 100 } as const;

/** Whether the library prolongs a session that is used now; both in milliseconds since 1970. Pure. */
export function mayBeProlonged(expiresAt: number, now: number): boolean {
  return expiresAt - now <= (SESSION_SECONDS - PROLONG_SECONDS) * 1000;
}

export function signInLibrary(
  pool: SignedPool,
  { secret, production }: { readonly secret: string; readonly production: boolean },
): SignInLibrary {
  return betterAuth(libraryOptions(pool, secret, production)).handler;
}

function libraryOptions(pool: SignedPool, secret: string, production: boolean): BetterAuthOptions {
  const dates = { createdAt: 'created_at', updatedAt: 'updated_at' };
  return {
    appName: 'Elira',
    baseURL: LIBRARY_ORIGIN,
    basePath: '/api/auth',
    // As a list, because the library would let a variable of the environment go before the single one.
    secrets: [{ version: 1, value: secret }],
    database: pool,
    telemetry: { enabled: false },
    // Its messages quote what was sent. Failures surface as errors, which our own log names by kind.
    logger: { disabled: true },
    onAPIError: { throw: true },
    emailAndPassword: { enabled: true, minPasswordLength: PASSWORD_LENGTH.least, maxPasswordLength: PASSWORD_LENGTH.most },
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...dates } },
    session: {
      modelName: 'sessions',
      fields: { userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...dates },
      expiresIn: SESSION_SECONDS,
      updateAge: PROLONG_SECONDS,
      // A session that ended is over at once, and so is a role that was taken away.
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'accounts',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...dates,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...dates } },
    rateLimit: {
      enabled: production,
      storage: 'memory',
      ...OTHERS,
      customRules: { '/sign-in/email': SIGN_INS, '/sign-up/email': SIGN_UPS },
    },
    advanced: {
      database: { generateId: () => randomUUID() },
      useSecureCookies: production,
      cookies: {
        session_token: {
          name: sessionCookieName(false),
          attributes: { httpOnly: true, sameSite: 'lax', path: '/', secure: production },
        },
      },
      cookiePrefix: 'elira',
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    plugins: [
      admin({
        defaultRole: 'learner',
        adminRoles: ['admin'],
        roles: { admin: adminAc, instructor: userAc, learner: userAc },
        schema: {
          user: { fields: { banReason: 'ban_reason', banExpires: 'ban_expires' } },
          session: { fields: { impersonatedBy: 'impersonated_by' } },
        },
      }),
    ],
  };
}
