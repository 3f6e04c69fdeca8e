/** What became of a request for the lock: `lost` may follow `granted`, when another steals it. */
export type LockWord = 'granted' | 'taken' | 'lost' | 'failed';

/** Where the tabs of one browser meet who share something: a channel on which each hears all others, and one lock. */
export type TabRoom = {
  /** From now on what others say is heard. */
  readonly open: (listener: (message: unknown) => void) => void;
  readonly close: () => void;
  /** Never throws: what cannot be sent is lost. */
  readonly post: (message: object) => void;
  /** Asks for the lock; `if-free` is answered at once. Returns the way to give it back, or to ask no more; then nothing more is told. */
  readonly lock: (how: 'if-free' | 'wait' | 'steal', tell: (word: LockWord) => void) => () => void;
};

type LockOptions = { readonly ifAvailable?: boolean; readonly steal?: boolean; readonly signal?: AbortSignal };
type LockManager = {
  readonly request: (
    name: string,
    options: LockOptions,
    work: (lock: object | null) => Promise<void> | undefined,
  ) => Promise<unknown>;
};
type Channel = {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  readonly postMessage: (message: object) => void;
  readonly close: () => void;
};
/** What is needed of a browser. */
export type MeetingPlace = {
  readonly navigator?: { readonly locks?: LockManager };
  readonly BroadcastChannel?: new (name: string) => Channel;
};

/** The room of that name in this browser; undefined where there are no Web Locks or no BroadcastChannel. */
export function browserRoom(name: string, { navigator, BroadcastChannel: NewChannel }: MeetingPlace): TabRoom | undefined {
  const locks = navigator?.locks;
  return locks === undefined || NewChannel === undefined ? undefined : roomOf(name, locks, NewChannel);
}

function roomOf(name: string, locks: LockManager, NewChannel: new (name: string) => Channel): TabRoom {
  let channel: Channel | undefined;
  return {
    open(listener) {
      channel = new NewChannel(name);
      channel.onmessage = ({ data }) => listener(data);
    },
    close() {
      channel?.close();
      channel = undefined;
    },
    post(message) {
      try {
        channel?.postMessage(message);
      } catch {
        // Something in it cannot be copied; whoever awaits it asks again.
      }
    },
    lock: (how, tell) => requestLock(locks, name, how, tell),
  };
}

function requestLock(
  locks: LockManager,
  name: string,
  how: 'if-free' | 'wait' | 'steal',
  tell: (word: LockWord) => void,
): () => void {
  const abort = new AbortController();
  let give = (): void => abort.abort();
  let [isOver, isMine] = [false, false];
  const work = (lock: object | null): Promise<void> | undefined => {
    if (isOver) return undefined;
    if (lock === null) {
      tell('taken');
      return undefined;
    }
    isMine = true;
    const held = new Promise<void>((resolve) => (give = resolve));
    tell('granted');
    return held;
  };
  const options: LockOptions =
    how === 'wait' ? { signal: abort.signal } : how === 'steal' ? { steal: true } : { ifAvailable: true };
  const failed = (): void => void (isOver || tell(isMine ? 'lost' : 'failed'));
  try {
    locks.request(name, options, work).catch(failed);
  } catch {
    // Some browsers refuse at once where a page may store nothing.
    queueMicrotask(failed);
  }
  return () => {
    isOver = true;
    give();
  };
}
