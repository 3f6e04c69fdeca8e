import type { Browser, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { DEMO_PASSWORD } from '../../apps/server/src/auth/demo-accounts.ts';
import { courseOf, withQuiz, type MadeCourse } from './course-of.ts';
import { launchBrowser, shows, whyNoBrowser, Windows } from './window.ts';

const reason = await whyNoBrowser();

describe.skipIf(reason !== undefined)(`authoring${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let windows: Windows;

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('authoring'), launchBrowser()]);
    windows = new Windows(browser, server.url);
  });
  afterEach(() => windows.close());
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const withCoAuthor = async (title: string, lessons: Record<string, string>): Promise<MadeCourse> => {
    const course = await courseOf(server.url, title, lessons);
    const owner = await signedIn(server.url, 'instructor');
    await owner.ask('POST', `/api/admin/courses/${course.id}/authors`, { email: 'learner@elira.example' });
    return course;
  };

  test('W6 two co-authors see each other’s saves: untouched fields follow, touched ones stay and ask', async () => {
    const course = await withCoAuthor('Clay', { Kneading: 'one' });
    const [one, two] = await Promise.all([windows.of('instructor'), windows.of('learner')]);
    const address = `/author/courses/${course.id}/lessons/${course.lessons[0]?.id}`;
    await Promise.all([one.page.goto(address), two.page.goto(address)]);
    const [titleOne, titleTwo] = [one.page.getByLabel('Title', { exact: true }), two.page.getByLabel('Title', { exact: true })];
    const [textOne, textTwo] = [one.page.locator('.cm-content'), two.page.locator('.cm-content')];
    await Promise.all([shows(textOne), shows(textTwo)]);

    await textTwo.click();
    await two.page.keyboard.press('Control+End');
    await two.page.keyboard.insertText(' and two');
    await titleOne.fill('Kneading clay');
    await one.page.keyboard.press('Enter');
    await expect.poll(() => titleTwo.inputValue()).toBe('Kneading clay');
    expect(await textTwo.textContent()).toBe('one and two');

    // Based on the older version, but of another field: it goes through, and reaches the first.
    await two.page.keyboard.press('Control+s');
    await expect.poll(() => textOne.textContent()).toBe('one and two');
    await shows(one.page.locator('.prose', { hasText: 'one and two' }));

    // The same field: nothing is overwritten, and what was typed stays until its author has chosen.
    await titleTwo.fill('Wedging');
    await titleOne.fill('Kneading and wedging');
    await one.page.keyboard.press('Enter');
    await shows(two.page.getByText('has changed “Title” where you did.'));
    expect(await titleTwo.inputValue()).toBe('Wedging');
    await two.page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = two.page.getByRole('dialog', { name: 'Two of you changed the same' });
    await shows(dialog);
    expect(await dialog.locator('dd').allTextContents()).toEqual([
      'Kneading clay',
      'Kneading clayand wedging',
      'Kneading clayWedging',
    ]);
    await dialog.getByText('Keep mine', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Save this' }).click();
    await expect.poll(() => titleOne.inputValue()).toBe('Wedging');
  });

  test('W6 a save that meets another one on its way is refused, shown, and loses nothing', async () => {
    const course = await courseOf(server.url, 'Glass', { Cutting: 'Score once.' });
    const author = await windows.of('instructor');
    await author.page.goto(`/author/courses/${course.id}`);
    const title = author.page.locator('form').getByLabel('Title', { exact: true });
    await title.fill('Glass cutting');
    const other = await signedIn(server.url, 'instructor');
    // The other's save is committed while this window's is on its way.
    const meet = async (route: Route): Promise<void> => {
      const whole = await other.ask('GET', `/api/admin/courses/${course.id}`);
      await other.ask('PUT', `/api/admin/courses/${course.id}`, { version: whole.body['version'], title: 'Stained glass' });
      await route.continue();
    };
    await author.page.route(`**/api/admin/courses/${course.id}`, meet, { times: 1 });
    await author.page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = author.page.getByRole('dialog', { name: 'Two of you changed the same' });
    await shows(dialog);
    expect(await title.inputValue()).toBe('Glass cutting');
    await dialog.getByText('Take theirs', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Save this' }).click();
    await expect.poll(() => title.inputValue()).toBe('Stained glass');
  });

  test('W6 a session that ends takes nothing from the form: sign in again and save', async () => {
    const course = await courseOf(server.url, 'Wool', { Carding: 'Gently.' });
    const author = await windows.of('instructor');
    await author.page.goto(`/author/courses/${course.id}/lessons/${course.lessons[0]?.id}`);
    const text = author.page.locator('.cm-content');
    await text.click();
    await author.page.keyboard.press('Control+Home');
    await author.page.keyboard.insertText('Very ');
    await server.sql.query(
      "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = 'instructor@elira.example')",
    );
    await shows(author.page.getByText('You have been signed out'));
    expect(await text.textContent()).toBe('Very Gently.');
    await author.page.getByRole('button', { name: 'Sign in again' }).click();
    const dialog = author.page.getByRole('dialog');
    expect(await dialog.getByLabel('E-mail address').inputValue()).toBe('instructor@elira.example');
    await dialog.getByLabel('Password').fill(DEMO_PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await author.page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect
      .poll(async () => (await server.sql.query('SELECT content FROM lessons WHERE id = $1', [course.lessons[0]?.id])).rows[0])
      .toEqual({ content: 'Very Gently.' });
  });

  test('W10 another tab becomes somebody else: nothing is saved in their name, and nothing typed is lost', async () => {
    const course = await courseOf(server.url, 'Ink', { Nibs: 'Fine.' });
    const { page, context } = await windows.of('instructor');
    await page.goto(`/author/courses/${course.id}`);
    await page.getByLabel('Description').fill('Half a word');
    const tab = await context.newPage();
    await tab.goto('/');
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await shows(page.getByText('You have been signed out'));
    await tab.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
    await tab.getByRole('button', { name: 'Sign in as Demo admin' }).click();
    await shows(tab.getByRole('link', { name: 'Administration' }));
    // An administrator might save this, and did not type it.
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await shows(page.getByText('You are not signed in any more.'));
    expect(await page.getByLabel('Description').inputValue()).toBe('Half a word');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password').fill(DEMO_PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await shows(tab.getByText('You have been signed out'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect
      .poll(async () => (await server.sql.query('SELECT description FROM courses WHERE id = $1', [course.id])).rows[0])
      .toEqual({ description: 'Half a word' });
  });

  test('W6 unsaved text is asked about before a page is left', async () => {
    const course = await courseOf(server.url, 'Salt', { Brine: 'Stir.' });
    const author = await windows.of('instructor');
    await author.page.goto(`/author/courses/${course.id}`);
    await author.page.getByLabel('Description').fill('Half a sentence');
    await author.page.getByRole('link', { name: 'Catalogue' }).click();
    await author.page.getByRole('alertdialog').getByRole('button', { name: 'Stay here' }).click();
    expect(await author.page.getByLabel('Description').inputValue()).toBe('Half a sentence');
    await author.page.getByRole('link', { name: 'Catalogue' }).click();
    await author.page.getByRole('button', { name: 'Leave without saving' }).click();
    await shows(author.page.getByRole('heading', { name: 'What would you like to learn?' }));
  });

  test('W5 by keyboard alone: sign in, write a course, order it, publish it', async () => {
    const { page } = await windows.open();
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = async (name: string): Promise<void> => {
      for (let step = 0; step < 80; step += 1) {
        const focused = await page.evaluate(
          'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent',
        );
        if (String(focused).trim() === name) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never reached “${name}”`);
    };
    await page.goto('/sign-in');
    await page.getByLabel('E-mail address').waitFor();
    await page.getByLabel('E-mail address').focus();
    await page.keyboard.type('instructor@elira.example');
    await press('Tab');
    await page.keyboard.type(DEMO_PASSWORD);
    await press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await tabTo('Authoring');
    await press('Enter');
    await tabTo('New course');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('By hand');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'By hand' }).waitFor();
    for (const title of ['First', 'Second']) {
      await tabTo('Add a module');
      await press('Enter');
      await page.keyboard.type(title);
      await press('Enter');
      await page.getByRole('region', { name: title }).waitFor();
    }
    await tabTo('Move Second up');
    await press('Enter');
    await expect.poll(() => page.locator('section h3').allTextContents()).toEqual(['Second', 'First']);
    // The focus went along with the module, to the button that can still be pressed.
    expect(await page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Move Second down');
    await press('Enter');
    await expect.poll(() => page.locator('section h3').allTextContents()).toEqual(['First', 'Second']);
    await tabTo('Publish');
    await press('Enter');
    await shows(page.getByText('Learners see exactly what is here.'));
  });

  test('W5 a quiz is moved like a lesson, over the end of its module too', async () => {
    const course = await courseOf(server.url, 'Paint', {});
    for (const title of ['Pigments', 'Brushes']) await withQuiz(server.url, course, title, 'Which?', ['This']);
    await server.sql.query("INSERT INTO modules (course_id, title, position) VALUES ($1, 'Second module', 'z')", [course.id]);
    const { page } = await windows.of('instructor');
    await page.goto(`/author/courses/${course.id}`);
    const quizzesOf = (module: string): Promise<string[]> =>
      page.getByRole('region', { name: module }).getByRole('listitem').getByRole('link').allTextContents();
    await expect.poll(() => quizzesOf('First module')).toEqual(['Pigments', 'Brushes']);
    expect(await page.getByRole('button', { name: 'Move Pigments up' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Move Pigments down' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => quizzesOf('First module')).toEqual(['Brushes', 'Pigments']);
    await page.keyboard.press('Enter');
    await expect.poll(() => quizzesOf('Second module')).toEqual(['Pigments']);
    expect(await quizzesOf('First module')).toEqual(['Brushes']);
    // The focus went along, to the button that can still be pressed.
    expect(await page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Move Pigments up');
  });
});
