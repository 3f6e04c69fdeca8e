import { z } from 'zod';
import { PASSWORD_LENGTH } from './sign-in-library.ts';

/** What may be asked of the sign-in library, and how exactly. Whatever is not here does not exist: neither the call nor the field. */
export type AuthCall = {
  readonly method: 'GET' | 'POST';
  /** After /api/auth. */
  readonly path: string;
  /** Who may ask: anyone, whoever has a session, or an administrator. */
  readonly for: 'anyone' | 'user' | 'admin';
  /** In a few words. */
  readonly summary: string;
  readonly body?: z.ZodType;
};

const name = z.string().trim().min(1).max(200);
const email = z.email().max(254);
/** Of any length here: whether it is right is not told by its form. */
const password = z.string().min(1).max(PASSWORD_LENGTH.most);
const newPassword = z.string().min(PASSWORD_LENGTH.least).max(PASSWORD_LENGTH.most);
const userId = z.string().min(1).max(36);
/** Seconds in ten years. */
const LONGEST_BAN = 315_360_000;

export const AUTH_CALLS: readonly AuthCall[] = [
  {
    method: 'POST',
    path: '/sign-in/email',
    for: 'anyone',
    summary: 'Sign in',
    body: z.strictObject({ email, password, rememberMe: z.boolean().optional() }),
  },
  // The role is not among the fields: everybody begins as a learner.
  {
    method: 'POST',
    path: '/sign-up/email',
    for: 'anyone',
    summary: 'Sign up, as a learner',
    body: z.strictObject({ name, email, password: newPassword }),
  },
  { method: 'POST', path: '/sign-out', for: 'anyone', summary: 'Sign out', body: z.strictObject({}).optional() },
  { method: 'GET', path: '/get-session', for: 'anyone', summary: 'The session and its person, or null' },
  { method: 'POST', path: '/update-user', for: 'user', summary: 'Change one’s name', body: z.strictObject({ name }) },
  {
    method: 'POST',
    path: '/change-password',
    for: 'user',
    summary: 'Change one’s password',
    body: z.strictObject({ currentPassword: password, newPassword, revokeOtherSessions: z.boolean().optional() }),
  },
  {
    method: 'POST',
    path: '/revoke-sessions',
    for: 'user',
    summary: 'End all of one’s sessions',
    body: z.strictObject({}).optional(),
  },
  {
    method: 'POST',
    path: '/revoke-other-sessions',
    for: 'user',
    summary: 'End one’s sessions elsewhere',
    body: z.strictObject({}).optional(),
  },
  {
    method: 'POST',
    path: '/admin/set-role',
    for: 'admin',
    summary: 'Give somebody a role',
    body: z.strictObject({ userId, role: z.enum(['learner', 'instructor', 'admin']) }),
  },
  {
    method: 'POST',
    path: '/admin/ban-user',
    for: 'admin',
    summary: 'Ban somebody',
    body: z.strictObject({
      userId,
      banReason: z.string().trim().min(1).max(500).optional(),
      banExpiresIn: z.int().min(1).max(LONGEST_BAN).optional(),
    }),
  },
  { method: 'POST', path: '/admin/unban-user', for: 'admin', summary: 'Take a ban back', body: z.strictObject({ userId }) },
  {
    method: 'POST',
    path: '/admin/revoke-user-sessions',
    for: 'admin',
    summary: 'End somebody’s sessions',
    body: z.strictObject({ userId }),
  },
  {
    method: 'POST',
    path: '/admin/set-user-password',
    for: 'admin',
    summary: 'Give somebody a new password',
    body: z.strictObject({ userId, newPassword }),
  },
];
