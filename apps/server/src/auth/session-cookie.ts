import { createHmac, timingSafeEqual } from 'node:crypto';

/** Longest Cookie header that is looked at, in characters. */
const HEADER_CHARACTERS = 16_384;

/** The cookie that carries a session: HTTP-only, for this site, and over TLS alone in production. */
export function sessionCookieName(secure: boolean): string {
  return `${secure ? '__Secure-' : ''}elira.session_token`;
}

/** The cookie's value for a session's token: the token, a point, its signature; as the sign-in library writes it. */
export function signedToken(token: string, secret: string): string {
  return encodeURIComponent(`${token}.${signature(token, secret)}`);
}

/**
 * The token that a Cookie header proves. Undefined: it names no session at all. `'forged'`: it names one that was not signed here.
 * Pure. Of several cookies of the name the first counts.
 */
export function readSessionToken(
  header: string | undefined,
  name: string,
  secret: string,
): { readonly token: string } | 'forged' | undefined {
  if (header === undefined) return undefined;
  if (header.length > HEADER_CHARACTERS) return 'forged';
  const written = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  const value = written?.slice(name.length + 1);
  // Signing out leaves an empty cookie behind in some clients.
  if (value === undefined || value === '') return undefined;
  const text = decode(value);
  const point = text.lastIndexOf('.');
  if (point <= 0) return 'forged';
  const token = text.slice(0, point);
  return equal(text.slice(point + 1), signature(token, secret)) ? { token } : 'forged';
}

function signature(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('base64');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
