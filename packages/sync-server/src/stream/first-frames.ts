import type { Position } from '@elira/protocol';
import type { Frame } from './frame.ts';

/** First frames kept for others who come at the same head. */
const KEPT = 16;
/** Bytes above which a first frame is not kept. */
const FRAME_BYTES = 4 * 1024 * 1024;

/** The frames that begin a connection which holds nothing: who comes with the same scopes, in the same dialect, at the same head gets the same bytes. */
export class FirstFrames {
  #at: Position | undefined;
  #frames = new Map<string, Frame>();

  get(at: Position, what: readonly string[], make: () => Frame): Frame {
    if (this.#at !== at) [this.#at, this.#frames] = [at, new Map()];
    const key = what.join('\n');
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = make();
    if (this.#frames.size < KEPT && frame.plain.length <= FRAME_BYTES) this.#frames.set(key, frame);
    return frame;
  }
}
