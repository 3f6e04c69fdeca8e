import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { PlainBrowser } from './plain-browser.ts';
import { DEMO_PASSWORD } from '../../apps/server/src/auth/demo-accounts.ts';

/** Where browsers are, the smallest first; ELIRA_BROWSER names another one. */
const PLACES = [
  process.env['ELIRA_BROWSER'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const WHOLE = PLACES.filter((place) => !place.endsWith('headless-shell'));
/** Milliseconds the package manager may take. */
const INSTALL_PATIENCE_MS = 240_000;

const find = (places: readonly string[] = PLACES): string | undefined =>
  places.find((place) => place !== '' && existsSync(place));

/** Why no browser can be had on this machine, or undefined when one can. Root on Debian gets the missing package installed. */
export async function whyNoBrowser(): Promise<string | undefined> {
  return await whyNone(PLACES, 'chromium-headless-shell');
}

/** The same of one with everything that people's browsers have, such as a back-forward cache; the small one lacks that. */
export async function whyNoWholeBrowser(): Promise<string | undefined> {
  return await whyNone(WHOLE, 'chromium');
}

async function whyNone(places: readonly string[], name: string): Promise<string | undefined> {
  if (find(places) !== undefined) return undefined;
  if (process.getuid?.() !== 0)
    return `no ${name} is installed, and only root may install it; ELIRA_BROWSER names one elsewhere`;
  const install = ['install', '-y', '--no-install-recommends', name];
  let failure = await aptGet(install);
  // A machine as it was delivered may never have asked what there is.
  if (find(places) === undefined && (await aptGet(['update'])) === undefined) failure = await aptGet(install);
  return find(places) === undefined ? `${name} could not be installed: ${failure ?? 'its program is missing'}` : undefined;
}

function aptGet(args: readonly string[]): Promise<string | undefined> {
  const options = ['-o', 'DPkg::Lock::Timeout=200'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return new Promise((resolve) => {
    execFile('apt-get', [...options, ...args], { env, timeout: INSTALL_PATIENCE_MS }, (error, _output, errors) =>
      resolve(error === null ? undefined : (errors.trim().split('\n').at(-1) ?? error.message)),
    );
  });
}

/** It speaks to this machine alone. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: program(), args: FLAGS });
}

/** A browser in which nothing is emulated; `whole` as in `whyNoWholeBrowser`. */
export async function launchPlainBrowser({ whole = false } = {}): Promise<PlainBrowser> {
  return await PlainBrowser.launch(program(whole ? WHOLE : PLACES), FLAGS);
}

/** A browser that keeps what it stores in `folder`, as one does that is closed and opened again. */
export async function launchWithStorage(folder: string, options: WindowOptions & { baseURL: string }): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(folder, {
    executablePath: program(),
    args: FLAGS,
    baseURL: options.baseURL,
    ...lookOf(options),
  });
}

function program(places: readonly string[] = PLACES): string {
  const executablePath = find(places);
  if (executablePath === undefined) throw new Error('No browser is installed: ask whyNoBrowser() first.');
  if (!existsSync('apps/web/dist/index.html'))
    throw new Error('The screens are not built: npm test -- --only browser builds them.');
  return executablePath;
}

export type WindowOptions = { readonly width?: number; readonly height?: number; readonly dark?: boolean };

function lookOf({ width = 1440, height = 900, dark = false }: WindowOptions) {
  return {
    viewport: { width, height },
    colorScheme: dark ? ('dark' as const) : ('light' as const),
    reducedMotion: 'reduce' as const,
  };
}

/** One person's browser window: cookies of its own, and everything that went wrong in it. */
export type Window = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, violations of the content security policy, dialogs that no page of ours opens. */
  readonly faults: string[];
  /** Requests to the server since it was last emptied, as `METHOD path`. */
  readonly requests: string[];
  /** Whether its person stays when the browser asks before unsaved text is left; otherwise they leave. */
  stays: boolean;
};

/** The windows of one test. */
export class Windows {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #open: Window[] = [];

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  async open(options: WindowOptions = {}): Promise<Window> {
    const context = await this.#browser.newContext({ baseURL: this.#url, ...lookOf(options) });
    const window = watch(context, await context.newPage());
    this.#open.push(window);
    return window;
  }

  /** A window in which somebody of the demonstration is signed in. */
  async of(name: string, options: WindowOptions = {}): Promise<Window> {
    const window = await this.open(options);
    await signIn(window.page, name);
    return window;
  }

  /** Throws when anything went wrong in one of them. */
  async close(): Promise<void> {
    const windows = this.#open.splice(0);
    for (const { context } of windows) await context.close();
    const faults = windows.flatMap((window) => window.faults);
    if (faults.length > 0) throw new Error(`In the browser:\n${faults.join('\n')}`);
  }
}

export function watch(context: BrowserContext, page: Page): Window {
  const faults: string[] = [];
  const requests: string[] = [];
  const window: Window = { page, context, faults, requests, stays: false };
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => {
    // The browser's own question before unsaved text is left, which pages ask for.
    if (dialog.type() === 'beforeunload') return void (window.stays ? dialog.dismiss() : dialog.accept());
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // A refusal that the page expects, such as the 401 that says that nobody is signed in, is logged by browsers as an error.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  return window;
}

export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(`${name}@elira.example`);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Milliseconds within which a screen shows what was committed, on a machine that does other things as well. */
const SHOWN_MS = 15_000;

export function shows(what: Locator, timeout = SHOWN_MS): Promise<void> {
  return what.waitFor({ timeout });
}

export function hides(what: Locator): Promise<void> {
  return what.waitFor({ state: 'detached', timeout: SHOWN_MS });
}
