import { useSyncExternalStore, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import { CrossIcon } from './icons.tsx';

export type Toast = { readonly id: number; readonly text: string; readonly tone: 'good' | 'danger' };

/** Milliseconds a good word stays; a failure stays until it is read. */
const STAYS_MS = 5000;
/** Toasts shown at once; older ones give way. */
const MOST_TOASTS = 3;

/** Short words about what was just done. Kept outside of React, so that they outlive the page that caused them. */
class Toasts {
  #shown: readonly Toast[] = [];
  #last = 0;
  readonly #listeners = new Set<() => void>();

  readonly shown = (): readonly Toast[] => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  say(text: string, tone: Toast['tone'] = 'good'): void {
    const toast = { id: (this.#last += 1), text, tone };
    this.#show([...this.#shown, toast].slice(-MOST_TOASTS));
    if (tone === 'good') setTimeout(() => this.remove(toast.id), STAYS_MS);
  }

  remove(id: number): void {
    this.#show(this.#shown.filter((toast) => toast.id !== id));
  }

  #show(shown: readonly Toast[]): void {
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }
}

export const toasts = new Toasts();

export function ToastRegion(): ReactNode {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.shown);
  return (
    <div
      role="region"
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2 sm:inset-x-auto sm:right-6 sm:bottom-6 sm:items-end"
    >
      {shown.map(({ id, text, tone }) => (
        <div
          key={id}
          className={classes(
            'pointer-events-auto flex w-full max-w-sm animate-[appear_180ms_ease-out] items-center gap-3 rounded-xl border py-2 pr-2 pl-4 shadow-float',
            tone === 'good' ? 'border-line bg-surface' : 'border-danger/40 bg-danger-soft',
          )}
        >
          <p className="flex-1 text-[0.9375rem]">{text}</p>
          <IconButton label="Dismiss" onPress={() => toasts.remove(id)}>
            <CrossIcon />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
