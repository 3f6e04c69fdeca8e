// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import { keptDrafts, NOTHING_UNSAVED, type Unsaved } from './kept-drafts.ts';

const unsaved: Unsaved = {
  draft: { content: { base: 'a', typed: 'b' } },
  decisions: { 'content 0 a': { way: 'own', text: 'c' } },
  resolved: { title: ['mine'] },
};

beforeEach(() => sessionStorage.clear());

test('W32 a draft is there again for whoever typed it, and for nobody else', () => {
  keptDrafts.write('ann', 'lessons/1/title', unsaved);
  expect(keptDrafts.read('ann', 'lessons/1/title')).toEqual(unsaved);
  expect(keptDrafts.read('ben', 'lessons/1/title')).toBe(NOTHING_UNSAVED);
  expect(keptDrafts.read('ann', 'lessons/2/title')).toBe(NOTHING_UNSAVED);
  keptDrafts.write('ann', 'lessons/1/title', NOTHING_UNSAVED);
  expect(sessionStorage).toHaveLength(0);
});

test('W32 all are wiped, or all of others, and nothing else is', () => {
  sessionStorage.setItem('other', '1');
  for (const user of ['ann', 'ben', 'annabel']) keptDrafts.write(user, 'x', unsaved);
  keptDrafts.wipe('ann');
  expect([keptDrafts.read('ann', 'x'), keptDrafts.read('ben', 'x'), keptDrafts.read('annabel', 'x')]).toEqual([
    unsaved,
    NOTHING_UNSAVED,
    NOTHING_UNSAVED,
  ]);
  keptDrafts.wipe();
  expect([keptDrafts.read('ann', 'x'), sessionStorage.getItem('other')]).toEqual([NOTHING_UNSAVED, '1']);
});

test.each(['', '{', 'null', '[]', '{"draft":{"a":1},"decisions":{},"resolved":{}}', '{"draft":{}}'])(
  'W32 what is not a draft of ours is none: %s',
  (text) => {
    sessionStorage.setItem('elira-draft/ann/x', text);
    expect(keptDrafts.read('ann', 'x')).toBe(NOTHING_UNSAVED);
  },
);
