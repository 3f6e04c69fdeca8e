import { expect, test } from 'vitest';
import { wakeWithPage } from './wake-with-page.ts';

test('K23 the page wakes the client when it is shown or online again, and when it is hidden it does not', () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const page = Object.assign(new EventTarget(), { document });
  let woken = 0;
  const end = wakeWithPage({ wake: () => (woken += 1) }, page);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(woken).toBe(0);
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  page.dispatchEvent(new Event('online'));
  page.dispatchEvent(new Event('pageshow'));
  expect(woken).toBe(3);
  end();
  document.dispatchEvent(new Event('visibilitychange'));
  page.dispatchEvent(new Event('online'));
  page.dispatchEvent(new Event('pageshow'));
  expect(woken).toBe(3);
});
