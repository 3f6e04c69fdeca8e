import { tabsOf, type LockWord, type TabRoom, type Tabs } from '../index.ts';

type Request = { readonly tab: HandTab; readonly tell: (word: LockWord) => void };
type Lock = { holder: Request | undefined; readonly queue: Request[] };

/** A browser's channels and locks by hand. What is told arrives later, in order, as from a browser; a tab that is frozen hears it when it thaws. */
export class HandBrowser {
  readonly tabs: HandTab[] = [];
  readonly #locks = new Map<string, Lock>();
  /** Everything that was said on channels. */
  readonly said: unknown[] = [];

  tab(): HandTab {
    const tab = new HandTab(this);
    this.tabs.push(tab);
    return tab;
  }

  holderOf(name: string): HandTab | undefined {
    return this.#lock(name).holder?.tab;
  }

  get names(): string[] {
    return [...this.#locks.keys()];
  }

  broadcast(from: HandTab, name: string, message: object): void {
    this.said.push(message);
    for (const tab of this.tabs) {
      const listener = tab === from ? undefined : tab.listeners.get(name);
      const copy: unknown = structuredClone(message);
      if (listener !== undefined) tab.later(() => tab.listeners.get(name) === listener && listener(copy));
    }
  }

  request(tab: HandTab, name: string, how: Parameters<TabRoom['lock']>[0], tell: (word: LockWord) => void): () => void {
    const lock = this.#lock(name);
    let isOver = false;
    const request: Request = { tab, tell: (word) => tab.later(() => void (isOver || tell(word))) };
    if (how === 'steal') {
      lock.holder?.tell('lost');
      lock.holder = undefined;
      lock.queue.unshift(request);
    } else if (how === 'wait' || lock.holder === undefined) lock.queue.push(request);
    else request.tell('taken');
    this.#grant(lock);
    return () => {
      isOver = true;
      this.#drop(lock, (one) => one === request);
    };
  }

  forget(tab: HandTab): void {
    for (const lock of this.#locks.values()) this.#drop(lock, (one) => one.tab === tab);
  }

  #drop(lock: Lock, isGone: (request: Request) => boolean): void {
    lock.queue.splice(0, lock.queue.length, ...lock.queue.filter((one) => !isGone(one)));
    if (lock.holder !== undefined && isGone(lock.holder)) lock.holder = undefined;
    this.#grant(lock);
  }

  #grant(lock: Lock): void {
    if (lock.holder !== undefined) return;
    lock.holder = lock.queue.shift();
    lock.holder?.tell('granted');
  }

  #lock(name: string): Lock {
    let lock = this.#locks.get(name);
    if (lock === undefined) this.#locks.set(name, (lock = { holder: undefined, queue: [] }));
    return lock;
  }
}

export class HandTab {
  readonly listeners = new Map<string, (message: unknown) => void>();
  readonly #browser: HandBrowser;
  #kept: (() => void)[] | undefined;
  #isGone = false;

  constructor(browser: HandBrowser) {
    this.#browser = browser;
  }

  of(owner: string): Tabs {
    return tabsOf(owner, (name) => this.room(name));
  }

  room(name: string): TabRoom {
    return {
      open: (listener) => void this.listeners.set(name, listener),
      close: () => void this.listeners.delete(name),
      post: (message) => void (this.#isGone || this.#browser.broadcast(this, name, message)),
      lock: (how, tell) => this.#browser.request(this, name, how, tell),
    };
  }

  later(work: () => void): void {
    if (this.#kept !== undefined) this.#kept.push(work);
    else if (!this.#isGone)
      queueMicrotask(() => void (this.#kept === undefined ? this.#isGone || work() : this.#kept.push(work)));
  }

  get isFrozen(): boolean {
    return this.#kept !== undefined;
  }

  /** Hears nothing until it thaws. */
  freeze(): void {
    this.#kept ??= [];
  }

  thaw(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const work of kept) this.later(work);
  }

  /** Its process is gone: the browser gives its locks to others. */
  crash(): void {
    this.#isGone = true;
    this.listeners.clear();
    this.#browser.forget(this);
  }
}
