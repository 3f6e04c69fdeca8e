import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKS, type Check } from './checks.ts';
import { PLANTED_FAULTS, type PlantedFault } from './planted-faults.ts';
import { sourceFiles } from './source-files.ts';

/**
 * A checker that never failed proves nothing. In: the tree under `root`. Each fault of `planted-faults.ts` is written into
 * a copy of it and taken out again; what a finding must say names what was planted. Out: a line per fault; exit code 1 when
 * one was not found, or a check has none to find.
 */
export async function selfTest(root: string): Promise<number> {
  const copy = await mkdtemp(join(tmpdir(), 'elira-self-test-'));
  try {
    for (const path of await sourceFiles(root)) await cp(join(root, path), join(copy, path), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    let missed = 0;
    for (const planted of PLANTED_FAULTS) {
      const found = await findsIt(copy, checkCalled(planted.check), planted);
      if (!found) missed += 1;
      console.log(`${found ? 'ok  ' : 'FAIL'} ${planted.check.padEnd(8)} ${planted.fault}: ${found ? 'found' : 'not found'}`);
    }
    for (const { name } of CHECKS.filter((check) => !PLANTED_FAULTS.some((planted) => planted.check === check.name))) {
      missed += 1;
      console.log(`FAIL ${name.padEnd(8)} was never tried against a planted fault`);
    }
    console.log(`${PLANTED_FAULTS.length} faults planted, ${missed} missed`);
    return missed === 0 ? 0 : 1;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function checkCalled(wanted: string): Check {
  const check = CHECKS.find(({ name }) => name === wanted);
  if (check === undefined) throw new Error(`No check is called ${wanted}.`);
  return check;
}

async function findsIt(copy: string, check: Check, planted: PlantedFault): Promise<boolean> {
  const restore: (() => Promise<void>)[] = [];
  for (const [path, content] of Object.entries(planted.files)) {
    const file = join(copy, path);
    const appended = content.startsWith('+');
    const was = appended ? await readFile(file, 'utf8') : '';
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, appended ? was + content.slice(1) : content);
    restore.push(() => (appended ? writeFile(file, was) : rm(file)));
  }
  const findings = await check.run(copy);
  for (const undo of restore) await undo();
  return findings.some((line) => planted.finding.test(line));
}
