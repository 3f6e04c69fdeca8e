import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

type Answer = { readonly id?: number; readonly result?: Fields; readonly error?: { readonly message: string } };
type Fields = { readonly [name: string]: unknown };

/** Milliseconds that the browser may take to answer. */
const ANSWER_MS = 30_000;

/**
 * A browser that nothing is emulated in. The library of the other tests keeps every page awake and in focus, and out of the back-forward cache; here
 * pages freeze, and are cached, as they are for people. Speaks the DevTools protocol over a pipe.
 */
export class PlainBrowser {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #pipe: Writable;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#pipe = process.stdio[3] as Writable;
    let text = '';
    (process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const messages = text.split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Answer);
    });
  }

  static async launch(program: string, flags: readonly string[]): Promise<PlainBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'elira-browser-'));
    const args = [...flags, '--remote-debugging-pipe', `--user-data-dir=${folder}`, '--no-startup-window'];
    return new PlainBrowser(spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] }), folder);
  }

  async tab(url: string): Promise<PlainTab> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new PlainTab(this, String(sessionId), String(targetId));
    await tab.send('Page.enable');
    await tab.go(url);
    return tab;
  }

  async send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = (this.#last += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`${method} was not answered`)), ANSWER_MS);
        this.#waiting.set(id, resolve);
        this.#pipe.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      });
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result ?? {};
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    // Killed, it would leave processes behind that hold its connections.
    await this.send('Browser.close').catch(() => this.#process.kill('SIGKILL'));
    await gone;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #hear(answer: Answer): void {
    if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
  }
}

export class PlainTab {
  readonly #browser: PlainBrowser;
  readonly #session: string;
  readonly #target: string;

  constructor(browser: PlainBrowser, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  async send(method: string, params: Fields = {}): Promise<Fields> {
    return await this.#browser.send(method, params, this.#session);
  }

  async go(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
  }

  /** What the browser's button does. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.send('Page.getNavigationHistory');
    const entry = (entries as readonly { readonly id: number }[])[Number(currentIndex) - 1];
    await this.send('Page.navigateToHistoryEntry', { entryId: entry?.id });
  }

  /** The value of an expression, as JSON carries it; undefined where there is no page at the moment. */
  async ask(expression: string): Promise<unknown> {
    const { result } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }).catch(
      (): Fields => ({}),
    );
    return (result as Fields | undefined)?.['value'];
  }

  async freeze(): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  async thaw(): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state: 'active' });
    await this.#browser.send('Target.activateTarget', { targetId: this.#target });
  }
}
