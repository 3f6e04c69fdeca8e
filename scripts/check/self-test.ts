import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKS, type Check } from './checks.ts';
import { PLANTED_FAULTS, type PlantedFault } from './planted-faults.ts';
import { sourceFiles } from './source-files.ts';

/**
 * A checker that never failed proves nothing. In: the tree under `root`, without its tests. The faults planted for a check
 * are written into a copy of it all at once, the check is run, and they are taken out again. Out: a line per fault; exit
 * code 1 when one was not found, or a check has none to find.
 */
export async function selfTest(root: string): Promise<number> {
  const copy = await mkdtemp(join(tmpdir(), 'elira-self-test-'));
  try {
    for (const path of await sourceFiles(root)) if (!/\.test\.tsx?$/.test(path)) await cp(join(root, path), join(copy, path));
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    let missed = 0;
    for (const check of CHECKS) missed += await missedBy(check, copy);
    console.log(`${PLANTED_FAULTS.length} faults planted, ${missed} missed`);
    return missed === 0 ? 0 : 1;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function missedBy({ name, run }: Check, copy: string): Promise<number> {
  const planted = PLANTED_FAULTS.filter(({ check }) => check === name);
  if (planted.length === 0) return tell(false, name, 'a fault planted for it') ? 0 : 1;
  const restore = await plant(planted, copy);
  const findings = await run(copy);
  await restore();
  return planted.filter(
    ({ fault, finding }) =>
      !tell(
        findings.some((line) => finding.test(line)),
        name,
        fault,
      ),
  ).length;
}

function tell(found: boolean, check: string, fault: string): boolean {
  console.log(`${found ? 'ok  ' : 'FAIL'} ${check.padEnd(8)} ${fault}: ${found ? 'found' : 'NOT FOUND'}`);
  return found;
}

/** Writes the faults into the copy; returns how to take them out. */
async function plant(faults: readonly PlantedFault[], copy: string): Promise<() => Promise<void>> {
  const undo: (() => Promise<void>)[] = [];
  for (const [path, content] of faults.flatMap(({ files }) => Object.entries(files))) {
    const file = join(copy, path);
    const appended = content.startsWith('+');
    const was = appended ? await readFile(file, 'utf8') : '';
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, appended ? was + content.slice(1) : content);
    undo.push(() => (appended ? writeFile(file, was) : rm(file)));
  }
  return async () => {
    for (const step of undo) await step();
  };
}
