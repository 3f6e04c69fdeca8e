import { Component, type ReactNode, type RefObject } from 'react';
import { changedStretches, movedPlace } from '../difference/changed-stretches.ts';

type Area = HTMLInputElement | HTMLTextAreaElement;
type Seen = { readonly text: string; readonly start: number; readonly end: number; readonly top: number };

export type KeptCaretProps = { readonly area: RefObject<Area | null>; readonly text: string };

/**
 * Keeps the caret of a field before the letter before which it stands, when its text changes by other hands: a browser puts it at the end.
 * A class, since only one can look at the page just before it changes.
 */
export class KeptCaret extends Component<KeptCaretProps> {
  override getSnapshotBeforeUpdate(): Seen | null {
    const area = this.props.area.current;
    if (area === null || area !== document.activeElement || area.selectionStart === null) return null;
    return { text: area.value, start: area.selectionStart, end: area.selectionEnd ?? area.selectionStart, top: area.scrollTop };
  }

  override componentDidUpdate(_props: KeptCaretProps, _state: unknown, seen: Seen | null): void {
    const area = this.props.area.current;
    // What was typed here is in the field already.
    if (area === null || seen === null || seen.text === area.value) return;
    const stretches = changedStretches(seen.text, area.value);
    area.setSelectionRange(movedPlace(seen.start, stretches), movedPlace(seen.end, stretches));
    area.scrollTop = seen.top;
  }

  override render(): ReactNode {
    return null;
  }
}
