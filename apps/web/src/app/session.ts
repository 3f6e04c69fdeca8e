import { mutators, type User } from '@elira/mutations';
import {
  browserTabs,
  createSyncClient,
  indexedOffline,
  wakeWithPage,
  watchIntegrity,
  type IntegrityWatch,
  type Lost,
  type SyncClient,
  type SyncClientOptions,
} from '@elira/sync-client';
import { ApiProblem } from '../data/problem.ts';
import { holdBackWrites, isRecord, request } from '../data/request.ts';
import { keptDrafts } from '../drafts/kept-drafts.ts';
import { keepPicturesOf } from '../offline/own-pictures.ts';
import type { Person } from './person.ts';
import { rememberedPerson } from './remembered-person.ts';

/** Who looks at this tab, and the one stream that follows what they may see. */
export type SessionState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unreachable'; readonly message: string }
  | {
      readonly kind: 'here';
      /** Undefined for somebody who is not signed in. */
      readonly person: Person | undefined;
      readonly client: SyncClient;
      /** Has what this tab holds compared with the database. */
      readonly integrity: IntegrityWatch;
      /** The server ended this session. What was typed is still there; signing in again goes on. */
      readonly ended: boolean;
    };

/**
 * The session of this tab. In: what the server says about the cookie. Out: a person and a stream of their own. The promise: rows
 * of one person never show to the next, since each gets a new client, and whoever merely lost their session keeps what they typed.
 */
export class Session {
  #state: SessionState = { kind: 'asking' };
  #stopFollowing: (() => void) | undefined;
  /** Tells the other tabs of this browser that the cookie has changed, and hears it from them. */
  readonly #tabs = new BroadcastChannel('elira-session');
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.#tabs.onmessage = () => void this.#askAgain();
    // Of what the others told meanwhile, a page that lay in the browser's cache has heard nothing.
    window.addEventListener('pageshow', ({ persisted }) => void (persisted && this.#askAgain()));
    window.addEventListener('online', () => void (this.#state.kind === 'unreachable' ? this.begin() : this.#askAgain()));
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /**
   * Asks who this is. Called at the start, and again when the server could not be reached: until it can be, whoever was here last reads
   * and writes what this device keeps for them.
   */
  async begin(): Promise<void> {
    const remembered = rememberedPerson.read();
    const asked = whoIsIt();
    try {
      const known = remembered === undefined ? await asked : await Promise.race([asked, passed(BEGIN_MS)]);
      if (known !== 'late') return this.#follow(known);
      this.#follow(remembered);
      this.#heard(await asked);
    } catch (error) {
      if (this.#state.kind === 'here') return;
      if (remembered !== undefined && isSilence(error)) return this.#follow(remembered);
      this.#become({ kind: 'unreachable', message: error instanceof ApiProblem ? error.message : String(error) });
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await request('POST', '/api/auth/sign-in/email', { email, password });
    await this.#followCookie();
  }

  async signUp(name: string, email: string, password: string): Promise<void> {
    await request('POST', '/api/auth/sign-up/email', { name, email, password });
    await this.#followCookie();
  }

  /**
   * Ends the session and wipes what this device keeps for this person. `ask` is told what would be lost with it, if anything. False when
   * it says no, or rejects when the server cannot be reached: nothing has changed then.
   */
  async signOut(ask: (lost: Lost) => Promise<boolean>): Promise<boolean> {
    const client = this.#state.kind === 'here' ? this.#state.client : undefined;
    const { unsent = 0, refused = 0 } = client?.outbox ?? {};
    if (unsent + refused > 0 && !(await ask({ unsent, refused }))) return false;
    await request('POST', '/api/auth/sign-out');
    await Promise.all([client?.forget(), keepPicturesOf(undefined)]);
    keptDrafts.wipe();
    this.#follow(undefined);
    this.#tabs.postMessage('changed');
    return true;
  }

  async #followCookie(): Promise<void> {
    this.#follow(await whoIsIt());
    this.#tabs.postMessage('changed');
  }

  async #askAgain(): Promise<void> {
    try {
      this.#heard(await whoIsIt());
    } catch {
      // Nobody knows; the stream will say when the session is over.
    }
  }

  /** Another tab signed in or out, or the server answered late. What is typed here stays; whoever is somebody else now cannot save it. */
  #heard(person: Person | undefined): void {
    const state = this.#state;
    if (state.kind !== 'here' || state.person === undefined || state.person.id === person?.id) this.#follow(person);
    else {
      keptDrafts.wipe();
      this.#end(state);
    }
  }

  #follow(person: Person | undefined): void {
    // Whose session merely ended finds their drafts when they come back; after signing out, in whichever tab, nobody is remembered.
    if (person !== undefined || rememberedPerson.read() === undefined) keptDrafts.wipe(person?.id);
    rememberedPerson.write(person);
    void keepPicturesOf(person?.id);
    const before = this.#state;
    if (before.kind === 'here' && person !== undefined && before.person?.id === person.id) {
      before.client.start();
      this.#become({ ...before, person, ended: false });
      return;
    }
    this.#stopFollowing?.();
    const url = new URL('/api/sync/stream', location.href).href;
    const tabs = browserTabs({ owner: person?.id ?? NOBODY });
    const client = createSyncClient({ url, tabs, ...(person === undefined ? {} : writingOf(person)) });
    const integrity = watchIntegrity(client, {
      url: new URL('/api/sync/integrity', location.href).href,
      isHidden: () => document.visibilityState === 'hidden',
    });
    const ends = [
      wakeWithPage(client, window),
      client.subscribeStatus(() => this.#noticeEnd(client)),
      () => integrity.stop(),
      () => client.stop(),
    ];
    this.#stopFollowing = () => ends.forEach((end) => end());
    this.#become({ kind: 'here', person, client, integrity, ended: false });
    client.start();
  }

  /** A stream that ends with its session says so; its rows stay on the screen until somebody else comes. */
  #noticeEnd(client: SyncClient): void {
    const state = this.#state;
    if (state.kind !== 'here' || state.client !== client || client.status !== 'stopped') return;
    if (client.problem?.code === 'not_signed_in' && state.person !== undefined) this.#end(state);
  }

  #end(state: Extract<SessionState, { kind: 'here' }>): void {
    state.client.stop();
    this.#become({ ...state, ended: true });
  }

  #become(state: SessionState): void {
    this.#state = state;
    holdBackWrites(state.kind === 'here' && state.ended);
    for (const listener of this.#listeners) listener();
  }
}

/** Whose the stream is of tabs in which nobody is signed in. */
const NOBODY = 'nobody';
/** Milliseconds that the server has to say who this is, where somebody is remembered. */
const BEGIN_MS = 4000;

function passed(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), ms));
}

/** The server did not say who this is: it was not reached, or something before it answered, or it failed. */
function isSilence(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

async function whoIsIt(): Promise<Person | undefined> {
  try {
    return toPerson(await request('GET', '/api/me'));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return undefined;
    throw error;
  }
}

function toPerson(document: unknown): Person {
  const text = (name: string): string => {
    const value = isRecord(document) ? document[name] : undefined;
    if (typeof value !== 'string') throw new ApiProblem(0, 'unexpected_answer', 'The server did not say who you are.');
    return value;
  };
  return { id: text('id'), name: text('name'), email: text('email'), role: text('role') };
}

/** What somebody may write, and where it and what they read is kept meanwhile. */
function writingOf(person: Person): Pick<SyncClientOptions, 'user' | 'mutators' | 'offline'> {
  return { user: userOf(person), mutators, offline: indexedOffline({ userId: person.id }) };
}

/** What mutators are asked about. A role that this page does not know is the least one: the server decides anyway. */
function userOf({ id, role }: Person): User {
  return { id, role: role === 'admin' || role === 'instructor' ? role : 'learner' };
}
