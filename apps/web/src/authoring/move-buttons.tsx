import type { ReactNode } from 'react';
import { IconButton } from '../design/button.tsx';
import { DownIcon, UpIcon } from '../design/icons.tsx';
import { TEXT } from './text.ts';

export type MoveButtonsProps = {
  readonly id: string;
  readonly title: string;
  /** Undefined where it cannot go further. */
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
};

/** Order by buttons: for keyboards and fingers alike. `data-move` is where the focus is found again after the row has moved. */
export function MoveButtons({ id, title, onUp, onDown }: MoveButtonsProps): ReactNode {
  return (
    <span data-move={id} className="flex">
      <IconButton label={TEXT.outline.up(title)} isDisabled={onUp === undefined} onPress={() => onUp?.()}>
        <UpIcon />
      </IconButton>
      <IconButton label={TEXT.outline.down(title)} isDisabled={onDown === undefined} onPress={() => onDown?.()}>
        <DownIcon />
      </IconButton>
    </span>
  );
}
