import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CrowdAnswers, CrowdKind, CrowdOrder, CrowdReply } from './crowd-orders.ts';

const PROCESS_FILE = fileURLToPath(new URL('crowd-process.ts', import.meta.url));
const CLOSE_PATIENCE_MS = 30_000;

type Waiting = { readonly resolve: (answer: object) => void; readonly reject: (error: Error) => void };

/** The way to a crowd in a process of its own. */
export class CrowdHandle {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor() {
    this.#child = fork(PROCESS_FILE, [], {
      execArgv: ['--conditions=source', '--import', 'tsx', '--max-old-space-size=4096'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('message', ({ id, answer, error }: CrowdReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiting?.reject(new Error(`a crowd could not: ${error}`));
      else waiting?.resolve(answer ?? {});
    });
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a crowd has ended: ${code ?? signal}`));
      this.#waiting.clear();
    });
  }

  tell<K extends CrowdKind>(order: Extract<CrowdOrder, { kind: K }>): Promise<CrowdAnswers[K]> {
    const id = this.#next++;
    return new Promise<CrowdAnswers[K]>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as CrowdAnswers[K]), reject });
      if (!this.#child.connected) reject(new Error('a crowd has ended'));
      else this.#child.send({ id, order });
    });
  }

  /** What it has scanned, once everything is written down. */
  async close(): Promise<{ bytesScanned: number }> {
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_PATIENCE_MS);
    try {
      return await this.tell({ kind: 'close' });
    } catch {
      return { bytesScanned: 0 };
    } finally {
      clearTimeout(patience);
      if (this.#child.connected) this.#child.disconnect();
    }
  }
}
