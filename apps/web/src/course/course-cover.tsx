import type { ReactNode } from 'react';
import { classes } from '../design/classes.ts';

export type CourseCoverProps = {
  readonly id: string;
  readonly className?: string;
  /** For the width of a page. */
  readonly isWide?: boolean;
};

/** A picture of its own for each course, made of its id: the same on every screen, and nothing to upload. */
export function CourseCover({ id, className, isWide = false }: CourseCoverProps): ReactNode {
  const width = isWide ? 1280 : 320;
  const seed = hash(id);
  const hue = seed % 360;
  const circles = Array.from({ length: isWide ? 14 : 5 }, (_, index) => {
    const part = hash(`${id} ${index}`);
    return { x: part % width, y: (part >>> 8) % 120, r: 22 + ((part >>> 16) % 58), light: 0.56 + ((part >>> 24) % 30) / 100 };
  });
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${width} 120`}
      preserveAspectRatio="xMidYMid slice"
      className={classes('block w-full', className)}
    >
      <rect width={width} height="120" fill={`oklch(0.52 0.075 ${hue})`} />
      {circles.map(({ x, y, r, light }, index) => (
        <circle key={index} cx={x} cy={y} r={r} fill={`oklch(${light} 0.085 ${(hue + index * 22) % 360})`} fillOpacity="0.42" />
      ))}
    </svg>
  );
}

/** FNV-1a, for spreading only. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
}
