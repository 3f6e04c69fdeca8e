import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components/ProgressBar';

/** How far somebody has come, in percent. */
export function Progress({ percent, label }: { readonly percent: number; readonly label: string }): ReactNode {
  const whole = Math.max(0, Math.min(100, Math.round(percent)));
  return (
    <ProgressBar value={whole} aria-label={label} className="flex items-center gap-3">
      <span className="h-2 flex-1 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
        <span
          className="block h-full origin-left rounded-full bg-accent transition-transform duration-500"
          style={{ transform: `scaleX(${whole / 100})` }}
        />
      </span>
      <span className="min-w-10 text-right text-sm font-medium tabular-nums text-soft">{whole} %</span>
    </ProgressBar>
  );
}
