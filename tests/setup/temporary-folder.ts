import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithProcess } from '../../packages/testkit/src/remove-with-process.ts';

/** A folder that others may pass through, gone when `remove` is called or the process ends. A cluster must be in `path/…` itself. */
export async function temporaryFolder(label: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `elira-${label}-`));
  await chmod(path, 0o755);
  return { path, remove: removeWithProcess(path).now };
}
