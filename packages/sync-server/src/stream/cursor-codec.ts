import { hash, timingSafeEqual } from 'node:crypto';
import { decodePosition, encodePosition, LIMITS, type Position, type ScopeKey } from '@elira/protocol';
import type { Identity } from '../read/read-session.ts';
import { keyedMac } from './keyed-mac.ts';

/**
 * A cursor is two signed halves joined by a dot: where the client is, the same for everybody at that position, and which scopes its
 * connection holds, the same for the connection's whole life. So a frame is made once, and a connection adds its constant half.
 */
export type CursorPlace = {
  readonly epoch: string;
  /** Start of the reader that issued it. */
  readonly start: string;
  readonly position: Position;
  /** The position was rounded down: the true one may contain more. */
  readonly rounded: boolean;
};

export type CursorGrant = {
  /** As it came. */
  readonly text: string;
  /** xmax of the position from which on the scopes are held: a place before it does not go with this grant. */
  readonly since: bigint;
  /** Fingerprints one by one, or one of the whole set where there are many. */
  readonly held:
    | { readonly kind: 'each'; readonly fingerprints: readonly string[] }
    | { readonly kind: 'set'; readonly fingerprint: string };
};

export type Cursor = { readonly place: CursorPlace; readonly grant: CursorGrant };

/** Goes before what is sealed, so that no half passes for the other. */
const PURPOSES = { place: Buffer.from('place\0'), grant: Buffer.from('grant\0') };
type Purpose = keyof typeof PURPOSES;

const VERSION = 1;
const MAC_BYTES = 12;
const EPOCH_BYTES = 8;
const START_BYTES = 16;
const FINGERPRINT_BYTES = 6;
const SET_BYTES = 16;
const SINCE_BYTES = 8;
const EACH = 1;
const SET = 2;
const PLACE_FIXED_BYTES = 1 + EPOCH_BYTES + START_BYTES + MAC_BYTES;
const GRANT_MOST_BYTES = 1 + SINCE_BYTES + LIMITS.scopesInCursor * FINGERPRINT_BYTES + MAC_BYTES;
/** What remains for the position of the 1,024 bytes, in base64 (four characters for three bytes, a dot between the halves). */
const POSITION_BYTES = Math.floor(((LIMITS.cursorBytes - 1) * 3) / 4) - GRANT_MOST_BYTES - PLACE_FIXED_BYTES - 2;

/** First half, without the dot. */
export function encodePlace(identity: Identity, position: Position): string {
  const content = Buffer.concat([
    Buffer.from([VERSION]),
    epochBytes(identity.epoch),
    Buffer.from(identity.start.replaceAll('-', ''), 'hex'),
    encodePosition(position, POSITION_BYTES),
  ]);
  return sign(content, identity.signingKey, 'place');
}

/** Second half. */
export function encodeGrant(signingKey: string, since: bigint, scopes: readonly ScopeKey[]): string {
  const sinceBytes = Buffer.alloc(SINCE_BYTES);
  sinceBytes.writeBigUInt64BE(since);
  const content =
    scopes.length <= LIMITS.scopesInCursor
      ? Buffer.concat([Buffer.from([EACH]), sinceBytes, Buffer.from(scopes.map(fingerprint).join(''), 'hex')])
      : Buffer.concat([Buffer.from([SET]), sinceBytes, Buffer.from(setFingerprint(scopes), 'hex')]);
  return sign(content, signingKey, 'grant');
}

/** Both halves of a cursor, or undefined when it was not issued with this key: forged, damaged, or from elsewhere. */
export function readCursor(cursor: string, signingKey: string): Cursor | undefined {
  if (cursor.length > LIMITS.cursorBytes) return undefined;
  const [first, second, ...rest] = cursor.split('.');
  if (first === undefined || second === undefined || rest.length > 0) return undefined;
  try {
    const place = readPlace(first, signingKey);
    const grant = verify(second, signingKey, 'grant');
    return place === undefined || grant === undefined ? undefined : { place, grant: decodeGrant(grant, second) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Places that were read last: whoever comes back after a restart was at one of a few. */
const places = new Map<string, { readonly signingKey: string; readonly place: CursorPlace }>();
const PLACES_KEPT = 64;

function readPlace(half: string, signingKey: string): CursorPlace | undefined {
  const known = places.get(half);
  if (known?.signingKey === signingKey) return known.place;
  const bytes = verify(half, signingKey, 'place');
  if (bytes === undefined) return undefined;
  const place = decodePlace(bytes);
  if (places.size >= PLACES_KEPT) places.clear();
  places.set(half, { signingKey, place });
  return place;
}

/** Which of `scopes` the grant says were held. */
export function heldScopes(grant: CursorGrant, scopes: readonly ScopeKey[]): Set<ScopeKey> {
  const { held } = grant;
  if (held.kind === 'set') return new Set(setFingerprint(scopes) === held.fingerprint ? scopes : []);
  return new Set(scopes.filter((scope) => held.fingerprints.includes(fingerprint(scope))));
}

/** Whether the grant names at most so many scopes, as far as it can tell. */
export function namesNoMoreThan(count: number, { held }: CursorGrant): boolean {
  return held.kind === 'set' || held.fingerprints.length <= count;
}

function decodePlace(bytes: Buffer): CursorPlace {
  if (bytes[0] !== VERSION) throw new RangeError('unknown version');
  const epoch = bytes.subarray(1, 1 + EPOCH_BYTES).toString('base64url');
  const hex = bytes.subarray(1 + EPOCH_BYTES, 1 + EPOCH_BYTES + START_BYTES).toString('hex');
  const start = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { epoch, start, ...decodePosition(bytes.subarray(1 + EPOCH_BYTES + START_BYTES)) };
}

function decodeGrant(bytes: Buffer, text: string): CursorGrant {
  const since = bytes.readBigUInt64BE(1);
  const list = bytes.subarray(1 + SINCE_BYTES);
  if (bytes[0] === SET) return { text, since, held: { kind: 'set', fingerprint: list.toString('hex') } };
  const fingerprints: string[] = [];
  for (let at = 0; at < list.length; at += FINGERPRINT_BYTES)
    fingerprints.push(list.toString('hex', at, at + FINGERPRINT_BYTES));
  return { text, since, held: { kind: 'each', fingerprints } };
}

function epochBytes(epoch: string): Buffer {
  return Buffer.from(epoch, 'base64url').subarray(0, EPOCH_BYTES);
}

function fingerprint(scope: ScopeKey): string {
  return hash('sha256', scope, 'hex').slice(0, 2 * FINGERPRINT_BYTES);
}

function setFingerprint(scopes: readonly ScopeKey[]): string {
  return hash('sha256', scopes.toSorted().join('\n'), 'hex').slice(0, 2 * SET_BYTES);
}

function sign(content: Buffer, key: string, purpose: Purpose): string {
  return Buffer.concat([content, mac(content, key, purpose)]).toString('base64url');
}

function verify(half: string, key: string, purpose: Purpose): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(half)) return undefined;
  const bytes = Buffer.from(half, 'base64url');
  if (bytes.length <= MAC_BYTES + 1) return undefined;
  const content = bytes.subarray(0, -MAC_BYTES);
  return timingSafeEqual(mac(content, key, purpose), bytes.subarray(-MAC_BYTES)) ? content : undefined;
}

function mac(content: Buffer, key: string, purpose: Purpose): Buffer {
  return keyedMac(key, PURPOSES[purpose], content).subarray(0, MAC_BYTES);
}
