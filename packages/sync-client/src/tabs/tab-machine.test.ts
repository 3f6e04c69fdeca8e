import { expect, test } from 'vitest';
import {
  afterTabEvent,
  ANSWER_MS,
  ASK_MS,
  FOLLOWER_MS,
  SAY_MS,
  tabDeadline,
  type TabAct,
  type TabEvent,
  type TabState,
} from './tab-machine.ts';
import { goneOn, PLACES, type Places } from './places.ts';
import { readTabMessage, roomName, TAB_MARK, type SharedStep, type TabMessage, type TabWord } from './tab-message.ts';

const NOW = 50_000;
const STEP: SharedStep = { kind: 'withdraw', scopes: [] };
const said = (word: TabWord, from = 'L'): TabEvent => ({
  kind: 'heard',
  message: { ...word, mark: TAB_MARK, from, at: 0 } as TabMessage,
});

/** A tab that takes part, and everything it was told to do since it was last asked. */
class Tab {
  state: TabState = { kind: 'out', way: [] };
  #acts: TabAct[] = [];

  constructor(...events: readonly TabEvent[]) {
    this.after(NOW, ...events);
    this.acts();
  }

  after(now: number, ...events: readonly TabEvent[]): this {
    for (const event of events) {
      const [state, ...acts] = afterTabEvent(this.state, event, now);
      this.state = state;
      this.#acts.push(...acts);
    }
    return this;
  }

  acts(): string[] {
    return this.#acts
      .splice(0)
      .map((act) => (act.kind === 'lock' ? `lock ${act.how}` : act.kind === 'post' ? `post ${act.word.kind}` : act.kind));
  }
}

const FOLLOWS: readonly TabEvent[] = [{ kind: 'enter' }, { kind: 'taken' }, { kind: 'opened', cursor: 'c' }];
const COME: TabWord = { kind: 'come', to: 'me', number: 4, steps: [], live: true, way: [] };
const LEADS: readonly TabEvent[] = [{ kind: 'enter' }, { kind: 'granted', term: 'T' }];

test('K47 the first tab leads, every other follows and waits for its turn', () => {
  const first = new Tab();
  expect(first.after(NOW, { kind: 'enter' }).acts()).toEqual(['lock if-free']);
  expect(first.after(NOW, { kind: 'granted', term: 'T' }).acts()).toEqual(['post lead']);
  const next = new Tab({ kind: 'enter' });
  expect(next.after(NOW, { kind: 'taken' }).acts()).toEqual(['lock wait']);
  expect(next.after(NOW, { kind: 'opened', cursor: 'c' }).acts()).toEqual(['post join']);
  expect(next.after(NOW, { kind: 'granted', term: 'U' }).acts()).toEqual(['post lead', 'turn']);
});

test('K47 steps are taken in order, each once, and whoever misses one joins anew', () => {
  const tab = new Tab(...FOLLOWS);
  const step = (number: number): TabEvent => said({ kind: 'step', number, step: STEP });
  expect(tab.after(NOW, step(3), step(4)).acts()).toEqual(['hear', 'hear']);
  expect(tab.after(NOW, said(COME)).acts()).toEqual(['hear', 'take']);
  expect(tab.after(NOW, said(COME), step(4)).acts()).toEqual(['hear']);
  expect(tab.after(NOW, step(5), step(6)).acts()).toEqual(['hear', 'take', 'hear', 'take']);
  expect(tab.after(NOW, said({ kind: 'step', number: 7, step: STEP }, 'another')).acts()).toEqual([]);
  expect(tab.after(NOW, step(8)).acts()).toEqual(['turn']);
  const left = new Tab(...FOLLOWS, said(COME));
  expect(left.after(NOW, said({ kind: 'here', to: 'me', number: 4 })).acts()).toEqual(['hear']);
  expect(left.after(NOW, said({ kind: 'here', to: 'me', number: 5 })).acts()).toEqual(['hear', 'turn']);
});

test('K48 a leader is judged by when it was last heard: it is asked, and replaced when it does not answer', () => {
  const tab = new Tab(...FOLLOWS, said(COME));
  expect(tabDeadline(tab.state)).toBe(NOW + ASK_MS);
  expect(tab.after(NOW + ASK_MS - 1, { kind: 'timer' }).acts()).toEqual([]);
  expect(tab.after(NOW + ASK_MS, { kind: 'timer' }).acts()).toEqual(['post ask']);
  const answered = NOW + ASK_MS + 5;
  expect(tab.after(answered, said({ kind: 'here', to: 'me', number: 4 })).acts()).toEqual(['hear']);
  expect(tabDeadline(tab.state)).toBe(answered + ASK_MS);
  tab.after(answered + ASK_MS, { kind: 'timer' }).acts();
  expect(tabDeadline(tab.state)).toBe(answered + ASK_MS + ANSWER_MS);
  expect(tab.after(answered + ASK_MS + ANSWER_MS, { kind: 'timer' }).acts()).toEqual(['lock steal']);
  expect(tab.after(answered + 60_000, { kind: 'granted', term: 'U' }).acts()).toEqual(['post lead', 'turn']);
});

test('K48 tabs that miss the same leader do not all take its place at once', () => {
  const [asked] = afterTabEvent(new Tab(...FOLLOWS, said(COME)).state, { kind: 'timer' }, NOW + ASK_MS, 700);
  expect(tabDeadline(asked, 700)).toBe(NOW + ASK_MS + ANSWER_MS + 700);
  expect(afterTabEvent(asked, { kind: 'timer' }, NOW + ASK_MS + ANSWER_MS + 699, 700)).toEqual([asked]);
  expect(afterTabEvent(asked, { kind: 'timer' }, NOW + ASK_MS + ANSWER_MS + 700, 700)[1]).toEqual({
    kind: 'lock',
    how: 'steal',
  });
});

test('K48 whoever stood still as well asks before it judges, and not for ever', () => {
  const tab = new Tab(...FOLLOWS, said(COME));
  const hour = 3_600_000;
  expect(tab.after(NOW + hour, { kind: 'timer' }).acts()).toEqual(['post ask']);
  expect(tab.after(NOW + 2 * hour, { kind: 'timer' }).acts()).toEqual(['post ask']);
  expect(tab.after(NOW + 3 * hour, { kind: 'timer' }).acts()).toEqual(['lock steal']);
});

test('K48 whoever was replaced follows, and whoever goes gives the lock back', () => {
  const tab = new Tab(...LEADS);
  expect(tab.after(NOW, { kind: 'lost' }).acts()).toEqual(['lock wait', 'turn']);
  expect(tab.state.kind).toBe('following');
  expect(tab.after(NOW, { kind: 'leave' }).acts()).toEqual(['post bye', 'release']);
  expect(tab.after(NOW, { kind: 'granted', term: 'T' }).acts()).toEqual(['release']);
  expect(tab.state.kind).toBe('out');
});

test('K47 a leader says nothing to nobody, and nothing for ever to those who no longer answer', () => {
  const tab = new Tab(...LEADS);
  expect(tab.after(NOW, { kind: 'stepped' }).acts()).toEqual([]);
  expect(tab.after(NOW, said({ kind: 'join', cursor: 'c', way: [] }, 'F')).acts()).toEqual(['answer', 'look']);
  expect(tab.after(NOW, { kind: 'stepped' }).acts()).toEqual(['pass-on']);
  expect(tab.after(NOW + FOLLOWER_MS - 1, { kind: 'stepped' }, said({ kind: 'ask' }, 'F')).acts()).toEqual([
    'pass-on',
    'post here',
    'look',
  ]);
  expect(tab.after(NOW + FOLLOWER_MS, { kind: 'stepped' }).acts()).toEqual(['pass-on']);
  expect(tab.after(NOW + 2 * FOLLOWER_MS, { kind: 'stepped' }).acts()).toEqual([]);
  tab.after(NOW, said({ kind: 'join', way: [] }, 'G'), said({ kind: 'bye' }, 'G')).acts();
  expect(tab.after(NOW, { kind: 'stepped' }).acts()).toEqual([]);
  // A follower that is told something all the time says that it is there.
  const follower = new Tab(...FOLLOWS, said(COME));
  const step = (number: number): TabEvent => said({ kind: 'step', number, step: STEP });
  expect(follower.after(NOW + SAY_MS - 1, step(5)).acts()).toEqual(['hear', 'take']);
  expect(follower.after(NOW + SAY_MS, step(6)).acts()).toEqual(['hear', 'take', 'post ask']);
});

test('K49 what is not understood sends a follower its own way, and disturbs nobody who leads', () => {
  for (const odd of [undefined, 'x', null, {}, { kind: 'lead', from: 'L', at: 0, mark: 'elira-tabs-9.9' }, { mark: TAB_MARK }])
    expect(readTabMessage(odd)).toBeUndefined();
  expect(new Tab(...FOLLOWS).after(NOW, { kind: 'strange' }).acts()).toEqual(['release', 'turn']);
  expect(new Tab(...LEADS).after(NOW, { kind: 'strange' }).acts()).toEqual([]);
  const refused = new Tab({ kind: 'enter' }).after(NOW, { kind: 'failed' });
  expect([refused.state.kind, refused.acts()]).toEqual(['apart', []]);
});

test('K49 each owner, address and set of scopes has a room of its own, whatever they are called', () => {
  const names = [
    roomName('u', '/s'),
    roomName('v', '/s'),
    roomName('u', '/t'),
    roomName('u', '/s', ['a']),
    roomName('u', '/s', ['a', 'b']),
    roomName('u', '/s', ['a b']),
    roomName('u /s', ''),
    roomName('', 'u /s'),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(roomName('u', '/s', ['b', 'a'])).toBe(roomName('u', '/s', ['a', 'b']));
});

test('K47 whoever took a step that the new leader missed is further on, and leads instead', () => {
  const way = [{ term: 'L', number: 4 }];
  const join = (number: number): TabEvent => said({ kind: 'join', cursor: 'c', way: [{ term: 'L', number }] }, 'F');
  const relationOf = (tab: Tab, event: TabEvent): unknown =>
    afterTabEvent(tab.state, event, NOW).flatMap((one) => ('relation' in one ? [one.relation] : []))[0];
  const leader = new Tab(...FOLLOWS, said({ ...COME, way }), { kind: 'granted', term: 'T' });
  expect([3, 4, 5].map((number) => relationOf(leader, join(number)))).toEqual(['behind', 'behind', 'ahead']);
  const stranger = said({ kind: 'join', cursor: 'c', way: [{ term: 'K', number: 1 }] }, 'F');
  expect(relationOf(leader, stranger)).toBe('unknown');
  // What it has led since is known as well.
  leader.after(NOW, { kind: 'stepped' });
  expect(relationOf(leader, said({ kind: 'join', cursor: 'c', way: [{ term: 'T', number: 1 }] }, 'F'))).toBe('behind');
  const ahead = new Tab(...FOLLOWS);
  expect(ahead.after(NOW, said({ kind: 'yours', to: 'me' }, 'T')).acts()).toEqual(['lock steal']);
});

test('K47 of a tab’s way only the last places are remembered', () => {
  const way = Array.from({ length: 40 }, (_, number) => number).reduce<Places>(
    (gone, n) => goneOn(gone, { term: `${n}`, number: n }),
    [],
  );
  expect([way.length, way.at(-1)]).toEqual([PLACES, { term: '39', number: 39 }]);
  expect(goneOn(way, { term: '39', number: 41 })).toHaveLength(PLACES);
});
