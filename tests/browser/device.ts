import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { TcpProxy } from '@elira/testkit';
import { launchWithStorage, signIn, watch, type Window, type WindowOptions } from './window.ts';

/** Milliseconds within which a page gets where it should be. */
const HOLDS_MS = 15_000;

/**
 * A device of somebody's own: a browser with storage that outlives it, behind a network that can go away. Offline means both that the browser
 * is told so and that nothing gets through, since what a browser is told is not always heard by its service workers.
 */
export class Device {
  readonly network: TcpProxy;
  readonly faults: string[] = [];
  readonly #folder: string;
  readonly #look: WindowOptions;
  #context: BrowserContext | undefined;
  #isOffline = false;

  private constructor(network: TcpProxy, folder: string, look: WindowOptions) {
    this.network = network;
    this.#folder = folder;
    this.#look = look;
  }

  static async of(serverUrl: string, look: WindowOptions = {}): Promise<Device> {
    const [network, folder] = await Promise.all([
      TcpProxy.listen({ target: Number(new URL(serverUrl).port) }),
      mkdtemp(join(tmpdir(), 'elira-device-')),
    ]);
    return new Device(network, folder, look);
  }

  get url(): string {
    return `http://127.0.0.1:${this.network.port}`;
  }

  /** The browser, opened if it is closed. */
  async context(): Promise<BrowserContext> {
    if (this.#context === undefined) {
      this.#context = await launchWithStorage(this.#folder, { ...this.#look, baseURL: this.url });
      await this.#context.setOffline(this.#isOffline);
    }
    return this.#context;
  }

  async tab(): Promise<Page> {
    return (await this.window()).page;
  }

  async window(): Promise<Window> {
    const context = await this.context();
    const window = watch(context, await context.newPage());
    // The browser's own list of what went wrong, over all tabs that there were.
    window.page.on('close', () => void this.faults.push(...window.faults.splice(0)));
    return window;
  }

  /** A tab in which somebody of the demonstration is signed in, and which can be opened without a network from now on. */
  async signedIn(name: string): Promise<Page> {
    const page = await this.tab();
    await signIn(page, name);
    await isKept(page);
    await keepsRows(page);
    return page;
  }

  async goOffline(): Promise<void> {
    this.#isOffline = true;
    this.network.closed = true;
    await this.#context?.setOffline(true);
    this.network.cut();
  }

  async goOnline(): Promise<void> {
    this.#isOffline = false;
    this.network.closed = false;
    await this.#context?.setOffline(false);
  }

  /** Closes the browser; what it stored stays. */
  async close(): Promise<void> {
    for (const page of this.#context?.pages() ?? []) await page.close();
    await this.#context?.close();
    this.#context = undefined;
  }

  /** Throws when anything went wrong in one of its tabs. */
  async remove(): Promise<void> {
    await this.close();
    await this.network.close();
    await rm(this.#folder, { recursive: true, force: true });
    if (this.faults.length > 0) throw new Error(`On the device:\n${this.faults.join('\n')}`);
  }
}

/** What a page's browser has stored: its IndexedDB databases, what waits in them, its caches, and what is remembered by name. */
export type Storage = {
  readonly databases: readonly string[];
  readonly outbox: readonly unknown[];
  /** How many rows are kept. */
  readonly rows: number;
  /** Addresses, by cache. */
  readonly caches: Readonly<Record<string, readonly string[]>>;
  readonly remembered: Readonly<Record<string, string>>;
};

export async function storageOf(page: Page): Promise<Storage> {
  return (await page.evaluate(`(async () => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    // One that is removed between the listing and the opening must not be made by looking.
    const openIfThere = (name) => new Promise((resolve) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.transaction.abort();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const outbox = [];
    let rows = 0;
    for (const name of databases) {
      const database = await openIfThere(name);
      if (database === undefined) continue;
      if (database.objectStoreNames.contains('outbox'))
        outbox.push(...(await asked(database.transaction('outbox').objectStore('outbox').getAll())));
      if (database.objectStoreNames.contains('rows'))
        rows += await asked(database.transaction('rows').objectStore('rows').count());
      database.close();
    }
    const kept = {};
    for (const name of await caches.keys())
      kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    return { databases, outbox, rows, caches: kept, remembered: { ...localStorage } };
  })()`)) as Storage;
}

/** Waits until the application is kept in this browser. */
export async function isKept(page: Page): Promise<void> {
  await holds(page, 'navigator.serviceWorker.controller?.state === "activated"');
}

/** Waits until the rows that were shown are on the device as well. */
export async function keepsRows(page: Page): Promise<void> {
  await expect.poll(async () => (await storageOf(page)).rows, { timeout: HOLDS_MS }).toBeGreaterThan(0);
}

/** Waits until an expression is true in the page. Asked from outside: the page's policy evaluates no texts. */
export async function holds(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression), { timeout: HOLDS_MS }).toBe(true);
}
