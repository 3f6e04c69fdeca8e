import { decodePosition, formatPosition } from '@elira/protocol';

/**
 * What a cursor stands for. To clients a cursor is opaque; the trial looks inside, because the judge must know between which
 * positions each message moved its client. First half: version, epoch (8 bytes), start (16), position, signature (12).
 */
export function readPlace(cursor: string): { position: string; rounded: boolean; start: string } {
  const bytes = Buffer.from(cursor.split('.')[0] ?? '', 'base64url');
  const { position, rounded } = decodePosition(bytes.subarray(25, -12));
  return { position: formatPosition(position), rounded, start: bytes.subarray(9, 25).toString('hex') };
}
