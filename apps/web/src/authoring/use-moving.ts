import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { told } from '../data/problem.ts';
import { toasts } from '../design/toasts.tsx';
import { TEXT } from './text.ts';

type Move = { readonly id: string; readonly direction: 'up' | 'down' };
export type Mover = (
  row: { readonly id: string; readonly title: string },
  direction: Move['direction'],
  send: () => Promise<unknown>,
) => void;

/** Moves rows and keeps the focus on the button that was pressed, wherever its row goes; tells screen readers. */
export function useMoving(
  list: RefObject<HTMLElement | null>,
  order: string,
): { readonly move: Mover; readonly announcement: string } {
  const last = useRef<Move>(undefined);
  const [announcement, setAnnouncement] = useState('');
  useLayoutEffect(() => {
    const move = last.current;
    if (move === undefined) return;
    last.current = undefined;
    const [up, down] = list.current?.querySelectorAll<HTMLButtonElement>(`[data-move="${CSS.escape(move.id)}"] button`) ?? [];
    const wanted = move.direction === 'up' ? [up, down] : [down, up];
    wanted.find((button) => button?.disabled === false)?.focus();
  }, [list, order]);
  const move: Mover = ({ id, title }, direction, send) => {
    last.current = { id, direction };
    send().then(
      () => setAnnouncement(TEXT.outline.moved(title)),
      (error: unknown) => toasts.say(told(error), 'danger'),
    );
  };
  return { move, announcement };
}
