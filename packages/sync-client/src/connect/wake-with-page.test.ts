import { expect, test } from 'vitest';
import { wakeWithPage } from './wake-with-page.ts';

function shownPage() {
  const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const page = Object.assign(new EventTarget(), { document });
  const told: string[] = [];
  const tell = (word: string) => (): void => void told.push(word);
  const end = wakeWithPage({ wake: tell('wake'), suspend: tell('suspend'), resume: tell('resume') }, page);
  return { document, page, told, end };
}

test('K23 the page wakes the client when it is shown or online again, and when it is hidden it does not', () => {
  const { document, page, told, end } = shownPage();
  document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual([]);
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  page.dispatchEvent(new Event('online'));
  expect(told.splice(0)).toEqual(['wake', 'wake']);
  end();
  document.dispatchEvent(new Event('visibilitychange'));
  for (const event of ['online', 'pageshow', 'pagehide']) page.dispatchEvent(new Event(event));
  for (const event of ['freeze', 'resume']) document.dispatchEvent(new Event(event));
  expect(told).toEqual([]);
});

test('K50 a page that is frozen or left suspends the client, and resumes it when it is there again', () => {
  const { document, page, told } = shownPage();
  document.dispatchEvent(new Event('freeze'));
  document.dispatchEvent(new Event('resume'));
  page.dispatchEvent(new Event('pagehide'));
  page.dispatchEvent(new Event('pageshow'));
  expect(told).toEqual(['suspend', 'resume', 'suspend', 'resume']);
});
