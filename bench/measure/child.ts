import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Milliseconds a child may take for one answer. */
const ANSWER_PATIENCE_MS = 120_000;

/** What is measured is what is delivered: the packages as they were built, which the door has just done. */
const AS_BUILT = ['--import', 'tsx'];

/** A program of the bench in a process of its own; messages go both ways, one answer for each. */
export type Child = {
  /** Sends a message and resolves with the next one that comes back. */
  readonly ask: <T>(message: object) => Promise<T>;
  readonly stop: () => Promise<void>;
};

const children = new Set<ChildProcess>();

/** Ends every child that still runs; whoever waits for an answer of theirs waits for ever. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...children].map(ended));
}

/** Starts `module` (a URL) and asks it `config` first; resolves with what it answers. */
export async function startChild<T>(module: URL, config: object): Promise<{ child: Child; answer: T }> {
  const running = fork(fileURLToPath(module), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: AS_BUILT });
  children.add(running);
  const child: Child = {
    ask: <A>(message: object) => answerOf<A>(running, message),
    stop: () => ended(running),
  };
  return { child, answer: await child.ask<T>(config) };
}

/**
 * The child's side: `answer` is called for each message, and what it resolves with is sent back. The process ends with its parent:
 * when the channel closes.
 */
export function serveParent<M>(answer: (message: M) => Promise<object>): void {
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides what ends when.
  process.on('SIGINT', () => undefined);
  process.on('message', (message) => {
    answer(message as M).then(
      (result) => void process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

async function answerOf<T>(running: ChildProcess, message: object): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      running.off('message', onMessage);
      running.off('exit', onExit);
      act();
    };
    const onMessage = (answer: unknown): void => settle(() => resolve(answer as T));
    const onExit = (code: number | null): void =>
      settle(() => children.has(running) && reject(new Error(`a process of the bench ended with code ${code}`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error('a process of the bench did not answer'))),
      ANSWER_PATIENCE_MS,
    );
    running.on('message', onMessage);
    running.on('exit', onExit);
    running.send(message);
  });
}

async function ended(running: ChildProcess): Promise<void> {
  children.delete(running);
  if (running.exitCode !== null || running.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    running.once('exit', () => resolve());
    running.kill('SIGKILL');
  });
}
