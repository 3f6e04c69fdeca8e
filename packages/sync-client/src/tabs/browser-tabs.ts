import { SharedStream, type SharedStreamOptions } from './shared-stream.ts';
import { roomName } from './tab-message.ts';
import { browserRoom, type MeetingPlace, type TabRoom } from './tab-room.ts';

/** Tabs that show the same, and may share one stream. */
export type Tabs = {
  /** Whose rows are shared: the id of a user, or any text for nobody in particular. Nothing passes between owners. */
  readonly owner: string;
  /** This tab's part in what is shared of that address and those scopes; undefined where tabs cannot meet: it has a stream of its own then. */
  readonly share: (
    what: { readonly url: string; readonly scopes?: readonly string[] | undefined },
    options: Omit<SharedStreamOptions, 'room'>,
  ) => SharedStream | undefined;
};

/**
 * The tabs of this browser that show what `owner` may see: one of them holds the stream, the others follow it. Who asks is what the browser's
 * cookies say; where headers say it instead, name each session as an owner of its own.
 */
export function browserTabs({ owner }: { readonly owner: string }): Tabs {
  return tabsOf(owner, (name) => browserRoom(name, globalThis as unknown as MeetingPlace));
}

export function tabsOf(owner: string, room: (name: string) => TabRoom | undefined): Tabs {
  return {
    owner,
    share({ url, scopes }, options) {
      const meeting = room(roomName(owner, url, scopes));
      return meeting && new SharedStream({ ...options, room: meeting });
    },
  };
}
