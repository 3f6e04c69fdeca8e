import type { Position } from '@elira/protocol';
import type { Identity } from '../read/read-session.ts';
import { encodePlace } from './cursor-codec.ts';

/** The first half of the cursors that are sent now: signed once for all who stand at the same position. */
export class LastPlace {
  #last: { readonly position: Position; readonly start: string; readonly text: string } | undefined;

  of(identity: Identity, position: Position): string {
    if (this.#last?.position !== position || this.#last.start !== identity.start)
      this.#last = { position, start: identity.start, text: encodePlace(identity, position) };
    return this.#last.text;
  }
}
