import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { UnreadCount } from './unread-count.tsx';

test('W20 the count of what is unread is said, and stays small', () => {
  expect(renderToStaticMarkup(<UnreadCount count={0} />)).not.toMatch(/\d+ unread|>\d/);
  expect(renderToStaticMarkup(<UnreadCount count={1} />)).toContain('1 unread message<');
  expect(renderToStaticMarkup(<UnreadCount count={120} />)).toMatch(/>99\+<.*120 unread messages/);
});
