import { get } from 'node:http';
import { createServer } from 'node:net';
import type { NpmRun } from './npm-run.ts';

/** Seconds from a clone to serving above which something is wrong, however slow the network. */
const MOST_SECONDS = 420;
const POLL_MS = 100;

/** Resolves to the milliseconds since `began` when `/readyz` on `port` answers 200; rejects when the run ends before. */
export async function untilReady(run: NpmRun, port: number, began: number): Promise<number> {
  while (performance.now() - began < MOST_SECONDS * 1000) {
    if (run.code() !== undefined) throw new Error(`npm start ended with code ${run.code()} before it served`);
    if ((await statusOf(port)) === 200) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`npm start did not serve within ${MOST_SECONDS} s`);
}

/** The status of `/readyz`, or undefined when nobody answers. */
export function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
