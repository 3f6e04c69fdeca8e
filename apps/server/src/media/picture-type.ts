/** What may be kept and served as a picture; everything else is none. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** Bytes of the largest picture. */
export const PICTURE_BYTES = 10 * 1024 * 1024;

/** By its first bytes, whatever its name says. Undefined for anything that is no picture of these kinds. Pure. */
export function pictureType(bytes: Buffer): PictureType | undefined {
  const starts = (hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex;
  const tag = (from: number, to: number): string => bytes.toString('latin1', from, to);
  if (starts('89504e470d0a1a0a')) return 'image/png';
  if (starts('ffd8ff')) return 'image/jpeg';
  if (tag(0, 6) === 'GIF87a' || tag(0, 6) === 'GIF89a') return 'image/gif';
  if (tag(0, 4) === 'RIFF' && tag(8, 12) === 'WEBP') return 'image/webp';
  if (tag(4, 8) === 'ftyp' && /avif|avis/.test(tag(8, 32))) return 'image/avif';
  return /^(?:\uFEFF|ï»¿)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE\s+svg[^>[]*(?:\[[^\]]*\])?\s*>\s*)*<svg[\s>]/i.test(
    tag(0, 4_096),
  )
    ? 'image/svg+xml'
    : undefined;
}
