import axe from 'axe-core';
import type { Browser, Locator, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { courseOf } from './course-of.ts';
import { launchBrowser, shows, whyNoBrowser, Windows } from './window.ts';

const reason = await whyNoBrowser();

const TEXT = '# Soil\n\nWet soil conducts.\n\n- sand\n- clay\n\nThe end.\n';
const OWNER = 'instructor@elira.example';
const CO_AUTHOR = 'learner@elira.example';

/** Milliseconds within which something is so, on a machine that does other things as well. */
const PATIENCE_MS = 15_000;

function eventually(what: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(what, { timeout: PATIENCE_MS });
}

type Author = { readonly page: Page; readonly title: Locator; readonly text: Locator; readonly dialog: Locator };

describe.skipIf(reason !== undefined)(`two authors${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let windows: Windows;

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('two-authors'), launchBrowser()]);
    windows = new Windows(browser, server.url);
  });
  afterEach(() => windows.close());
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** A lesson that both have open: its owner in one window, the co-author in two. */
  const opened = async (name: string): Promise<{ id: string; one: Author; two: Author }> => {
    const course = await courseOf(server.url, name, { [name]: TEXT });
    const owner = await signedIn(server.url, 'instructor');
    await owner.ask('POST', `/api/admin/courses/${course.id}/authors`, { email: CO_AUTHOR });
    const id = course.lessons[0]?.id ?? '';
    const open = async (who: string): Promise<Author> => {
      const { page } = await windows.of(who);
      await page.goto(`/author/courses/${course.id}/lessons/${id}`);
      const author = {
        page,
        title: page.getByLabel('Title', { exact: true }),
        text: page.locator('.cm-content'),
        dialog: page.getByRole('dialog', { name: 'Two of you changed the same' }),
      };
      await shows(author.text);
      return author;
    };
    const [one, two] = await Promise.all([open('instructor'), open('learner')]);
    return { id, one, two };
  };
  /** Puts the caret after these words of the text, by keys alone. */
  const after = async ({ page, text }: Author, words: string): Promise<void> => {
    await text.focus();
    await page.keyboard.press('Control+Home');
    const lines = (await linesOf(text)).map((line) => line.indexOf(words));
    const line = lines.findIndex((place) => place >= 0);
    if (line < 0) throw new Error(`“${words}” does not stand in the text`);
    for (let step = 0; step < line; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    for (let step = 0; step < (lines[line] ?? 0) + words.length; step += 1) await page.keyboard.press('ArrowRight');
  };
  const linesOf = (text: Locator): Promise<string[]> => text.locator('.cm-line').allTextContents();
  const textOf = async (text: Locator): Promise<string> => (await linesOf(text)).join('\n');
  const save = async (author: Author): Promise<void> => {
    await author.page.getByRole('button', { name: 'Save', exact: true }).click();
  };
  const stored = async (id: string): Promise<{ title: string; content: string }> => {
    const { rows } = await server.sql.query<{ title: string; content: string }>(
      'SELECT title, content FROM lessons WHERE id = $1',
      [id],
    );
    return rows[0] ?? { title: '', content: '' };
  };
  /** Who changed the text from what to what, as the audit tells it, oldest first. */
  const audited = async (id: string): Promise<unknown[]> => {
    const { rows } = await server.sql.query<{ who: string; was: string; now: string; mutation: string }>(
      `SELECT u.email AS who, a.old_value AS was, a.new_value AS now, m.name AS mutation FROM course_audit a
       JOIN users u ON u.id = a.changed_by JOIN mutations m ON m.id = a.mutation_id
       WHERE a.entity_id = $1 AND a.field_name = 'content' ORDER BY a.id`,
      [id],
    );
    return rows.map(({ who, was, now, mutation }) => [who, was, now, mutation]);
  };
  const resolutions = async (id: string): Promise<unknown[]> => {
    const { rows } = await server.sql.query<{ resolved: unknown }>(
      "SELECT metadata -> 'resolved' AS resolved FROM user_activities WHERE entity_id = $1 AND activity_type = 'course_update' ORDER BY id",
      [id],
    );
    return rows.map(({ resolved }) => resolved);
  };
  /** Both write into the second paragraph, and the owner saves first. */
  const bothWrote = async (name: string): Promise<{ id: string; one: Author; two: Author }> => {
    const { id, one, two } = await opened(name);
    await after(two, 'Wet soil');
    await two.page.keyboard.insertText(', and salty,');
    await after(one, 'Wet');
    await one.page.keyboard.insertText(' and warm');
    await save(one);
    await shows(two.page.getByText('Demo instructor has changed “Text of the lesson, in Markdown” where you did.'));
    return { id, one, two };
  };
  const THEIRS = TEXT.replace('Wet soil', 'Wet and warm soil');
  const MINE = TEXT.replace('Wet soil', 'Wet soil, and salty,');

  test('W6 two change different fields and different paragraphs at once: both survive unasked, in both windows and the database', async () => {
    const { id, one, two } = await opened('Apart');
    await after(two, 'The end');
    await two.page.keyboard.insertText(' of it');
    await one.title.fill('Apart, and together');
    await after(one, 'sand');
    await one.page.keyboard.insertText(', dry');
    await after(one, '# Soil');
    await one.page.keyboard.insertText('s');
    await save(one);
    const [both, theirs] = [
      '# Soils\n\nWet soil conducts.\n\n- sand, dry\n- clay\n\nThe end of it.\n',
      '# Soils\n\nWet soil conducts.\n\n- sand, dry\n- clay\n\nThe end.\n',
    ];
    await eventually(() => textOf(two.text)).toBe(both);
    expect(await two.title.inputValue()).toBe('Apart, and together');
    // Nothing of it was sent, and the caret is where it was: after what was typed. Undoing takes back one's own, and nothing else.
    expect((await stored(id)).content).toBe(theirs);
    await two.page.keyboard.insertText(', really');
    expect(await textOf(two.text)).toBe(both.replace('of it', 'of it, really'));
    for (let step = 0; step < 5; step += 1) await two.page.keyboard.press('Control+z');
    await eventually(() => textOf(two.text)).toBe(theirs);
    for (let step = 0; step < 5; step += 1) await two.page.keyboard.press('Control+y');
    await eventually(() => textOf(two.text)).toBe(both.replace('of it', 'of it, really'));
    await save(two);
    await eventually(() => textOf(one.text)).toBe(both.replace('of it', 'of it, really'));
    expect(await stored(id)).toEqual({ title: 'Apart, and together', content: both.replace('of it', 'of it, really') });
    expect(await resolutions(id)).toEqual([]);
  });

  test('W6 a save that meets another one on its way is merged by the server', async () => {
    const { id, one, two } = await opened('Meeting');
    await after(one, '# Soil');
    await one.page.keyboard.insertText('s');
    await after(two, 'The end');
    await two.page.keyboard.insertText(' of it');
    const sent: string[] = [];
    two.page.on('request', (request) => void (request.method() === 'PUT' && sent.push(request.url())));
    const meet = async (route: Route): Promise<void> => {
      await save(one);
      await eventually(async () => (await stored(id)).content).toContain('# Soils');
      await route.continue();
    };
    await two.page.route(`**/api/admin/lessons/${id}`, meet, { times: 1 });
    await save(two);
    const both = TEXT.replace('# Soil', '# Soils').replace('end', 'end of it');
    await eventually(async () => (await stored(id)).content).toBe(both);
    // In one go: this page did not have to merge and ask again.
    expect(sent).toHaveLength(1);
    for (const author of [one, two]) await eventually(() => textOf(author.text)).toBe(both);
  });

  test('W6 the caret of a plain field stays where it was when somebody else changes another paragraph', async () => {
    const course = await courseOf(server.url, 'Fields', { Fields: TEXT });
    const owner = await signedIn(server.url, 'instructor');
    await owner.ask('PUT', `/api/admin/courses/${course.id}`, { version: 1, description: 'One.\n\nTwo.\n\nThree.' });
    const { page } = await windows.of('instructor');
    await page.goto(`/author/courses/${course.id}`);
    const field = page.getByLabel('Description');
    await eventually(() => field.inputValue()).toBe('One.\n\nTwo.\n\nThree.');
    await field.focus();
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']) await page.keyboard.press(key);
    await page.keyboard.insertText(' and a half');
    await owner.ask('PUT', `/api/admin/courses/${course.id}`, {
      version: 2,
      base: { description: 'One.\n\nTwo.\n\nThree.' },
      description: 'One is first.\n\nTwo.\n\nThree is last.',
    });
    await eventually(() => field.inputValue()).toBe('One is first.\n\nTwo and a half.\n\nThree is last.');
    await page.keyboard.insertText(' or so');
    expect(await field.inputValue()).toBe('One is first.\n\nTwo and a half or so.\n\nThree is last.');
  });

  test('W30 W31 the same paragraph, mine kept: asked at the save, shown with all three, stored, and told by the audit', async () => {
    const { id, one, two } = await bothWrote('Mine');
    expect(await textOf(two.text)).toBe(MINE);
    expect(await two.dialog.count()).toBe(0);
    await save(two);
    await shows(two.dialog);
    expect(await two.dialog.locator('dt').allTextContents()).toEqual(['It was', 'Theirs · Demo instructor', 'Yours']);
    expect(await two.dialog.locator('dd').allTextContents()).toEqual([
      'Wet soil conducts.',
      'Wet and warm soil conducts.',
      'Wet soil, and salty, conducts.',
    ]);
    expect(await two.dialog.locator('ins').allTextContents()).toEqual([expect.stringContaining('and warm'), ', and salty,']);
    await two.page.evaluate(axe.source);
    const found = await two.page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
    expect(found).toEqual([]);
    // Nothing was sent yet, and nothing is until it is decided.
    expect((await stored(id)).content).toBe(THEIRS);
    expect(await two.dialog.getByRole('button', { name: 'Save this' }).isDisabled()).toBe(true);
    await two.dialog.getByText('Keep mine', { exact: true }).click();
    await two.dialog.getByRole('button', { name: 'Save this' }).click();
    await eventually(() => textOf(one.text)).toBe(MINE);
    expect((await stored(id)).content).toBe(MINE);
    expect(await audited(id)).toEqual([
      [OWNER, TEXT, THEIRS, 'lesson.save'],
      [CO_AUTHOR, THEIRS, MINE, 'lesson.save'],
    ]);
    expect(await resolutions(id)).toEqual([{ content: ['mine'] }]);
    await shows(two.page.getByRole('button', { name: 'Save', exact: true, disabled: true }));
  });

  test('W30 W31 the same paragraph, theirs taken from the notice while typing: the rest of mine is saved with it', async () => {
    const { id, one, two } = await bothWrote('Theirs');
    await after(two, 'The end');
    await two.page.keyboard.insertText(' of it');
    await two.page.getByRole('button', { name: 'Compare' }).click();
    await two.dialog.getByText('Take theirs', { exact: true }).click();
    await two.dialog.getByRole('button', { name: 'Use this' }).click();
    const both = THEIRS.replace('The end', 'The end of it');
    await eventually(() => textOf(two.text)).toBe(both);
    // Decided, and not sent before its author saves.
    expect((await stored(id)).content).toBe(THEIRS);
    await save(two);
    await eventually(() => textOf(one.text)).toBe(both);
    expect(await audited(id)).toEqual([
      [OWNER, TEXT, THEIRS, 'lesson.save'],
      [CO_AUTHOR, THEIRS, both, 'lesson.save'],
    ]);
    expect(await resolutions(id)).toEqual([{ content: ['theirs'] }]);
  });

  test('W30 W31 the same paragraph, both kept and then written anew: closing and reloading lose nothing', async () => {
    const { id, one, two } = await bothWrote('Both');
    await save(two);
    await two.dialog.getByText('Keep both', { exact: true }).click();
    const result = two.dialog.getByLabel('Result');
    expect(await result.inputValue()).toBe('Wet and warm soil conducts.\n\nWet soil, and salty, conducts.');
    await result.fill('Wet, warm and salty soil conducts.');
    // Another choice, and back: what was written is still there.
    await two.dialog.getByText('Take theirs', { exact: true }).click();
    expect(await result.inputValue()).toBe('Wet and warm soil conducts.');
    await two.dialog.getByText('Write it anew', { exact: true }).click();
    await two.page.keyboard.press('Escape');
    await two.dialog.waitFor({ state: 'detached' });
    expect(await textOf(two.text)).toBe(MINE);
    await two.page.reload();
    await eventually(() => textOf(two.text)).toBe(MINE);
    await save(two);
    expect(await result.inputValue()).toBe('Wet, warm and salty soil conducts.');
    await two.dialog.getByRole('button', { name: 'Save this' }).click();
    const all = TEXT.replace('Wet soil', 'Wet, warm and salty soil');
    await eventually(() => textOf(one.text)).toBe(all);
    expect((await audited(id)).at(-1)).toEqual([CO_AUTHOR, THEIRS, all, 'lesson.save']);
    expect(await resolutions(id)).toEqual([{ content: ['own'] }]);
    // What is saved is kept no more.
    await two.page.reload();
    await eventually(() => textOf(two.text)).toBe(all);
    // The page knows that it is saved when its rows have come.
    await eventually(() =>
      two.page.evaluate('Object.keys(sessionStorage).filter((key) => key.startsWith("elira-draft"))'),
    ).toEqual([]);
  });

  test('W30 W31 both kept: theirs, then mine; and what is saved while the dialog is open is asked about again', async () => {
    const { id, one, two } = await bothWrote('Again');
    await save(two);
    await two.dialog.getByText('Keep mine', { exact: true }).click();
    await after(one, 'warm');
    await one.page.keyboard.insertText(' and still');
    await save(one);
    const second = THEIRS.replace('warm', 'warm and still');
    await eventually(async () => (await stored(id)).content).toBe(second);
    // The dialog stands still on what it compares with, and does not save over what nobody has seen.
    await two.dialog.getByRole('button', { name: 'Save this' }).click();
    await eventually(() => two.dialog.locator('dd').allTextContents()).toEqual([
      'Wet and warm soil conducts.',
      'Wet and warm and still soil conducts.',
      expect.stringContaining(', and salty,'),
    ]);
    expect((await stored(id)).content).toBe(second);
    await two.dialog.getByText('Keep both', { exact: true }).click();
    await two.dialog.getByRole('button', { name: 'Save this' }).click();
    const both = TEXT.replace('Wet soil conducts.', 'Wet and warm and still soil conducts.\n\nWet soil, and salty, conducts.');
    await eventually(() => textOf(one.text)).toBe(both);
    expect((await stored(id)).content).toBe(both);
  });

  test('W30 W7 a conflict that the server finds is decided by keyboard alone', async () => {
    const { id, one, two } = await opened('Keys');
    await after(one, 'Wet');
    await one.page.keyboard.insertText(' and warm');
    await after(two, 'Wet soil');
    await two.page.keyboard.insertText(', and salty,');
    // The owner's save is committed while the co-author's is on its way.
    const meet = async (route: Route): Promise<void> => {
      await save(one);
      await eventually(async () => (await stored(id)).content).toBe(THEIRS);
      await route.continue();
    };
    await two.page.route(`**/api/admin/lessons/${id}`, meet, { times: 1 });
    await two.page.keyboard.press('Control+s');
    await shows(two.dialog);
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await two.page.keyboard.press(key);
    };
    const focused = (): Promise<unknown> =>
      two.page.evaluate(
        '[document.activeElement?.closest("[role=dialog]") !== null, document.activeElement?.type ?? document.activeElement?.tagName, document.activeElement?.textContent]',
      );
    const tabTo = async (type: string, label?: string): Promise<void> => {
      for (let step = 0; step < 20; step += 1) {
        await press('Tab');
        const [isInside, is, says] = (await focused()) as [boolean, string, string];
        expect(isInside, 'the focus stays in the dialog').toBe(true);
        if (is === type && (label === undefined || says === label)) return;
      }
      throw new Error(`Tab never reached ${type} ${label ?? ''}`);
    };
    await tabTo('radio');
    await press('ArrowDown', 'ArrowDown');
    expect(await two.dialog.getByRole('radio', { name: 'Keep both' }).isChecked()).toBe(true);
    await tabTo('textarea');
    await press('Control+End');
    await two.page.keyboard.insertText(' Always.');
    await tabTo('button', 'Save this');
    await press('Enter');
    const all = TEXT.replace('Wet soil conducts.', 'Wet and warm soil conducts.\n\nWet soil, and salty, conducts. Always.');
    await eventually(() => textOf(one.text)).toBe(all);
    await two.dialog.waitFor({ state: 'detached' });
    // The focus is back in the text: going on writing needs no mouse.
    await eventually(() => two.page.evaluate('document.activeElement?.className')).toContain('cm-content');
  });

  test('W32 what is not saved is wiped with signing out', async () => {
    const { two } = await opened('Wiped');
    await after(two, 'Wet');
    await two.page.keyboard.insertText(' secret');
    const kept = (): Promise<unknown> =>
      two.page.evaluate('Object.keys(sessionStorage).filter((key) => key.startsWith("elira-draft")).length');
    await eventually(kept).toBe(1);
    await two.page.getByRole('button', { name: 'Sign out' }).click();
    await shows(two.page.getByRole('banner').getByRole('link', { name: 'Sign in' }));
    expect(await kept()).toBe(0);
  });
});
