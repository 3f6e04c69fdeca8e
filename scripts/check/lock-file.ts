import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';

type Wants = {
  readonly [kind in 'dependencies' | 'devDependencies' | 'optionalDependencies']?: Readonly<Record<string, string>>;
};
type Lock = { readonly packages: Readonly<Record<string, Wants>> };

const MANIFEST = /^(?:(?:packages|apps)\/[^/]+\/)?package\.json$/;
const EXACT = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/**
 * What makes `npm ci` fail in a fresh clone though it works here: a manifest that the lock file does not know, a version that
 * is not exact, and a package, such as the binary of another platform, that the lock file names as wanted and does not hold.
 */
export async function lockFile(root: string): Promise<Finding[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const held = new Set(
    Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  const findings: Finding[] = [];
  for (const path of (await sourceFiles(root)).filter((file) => MANIFEST.test(file))) {
    const manifest = JSON.parse(await readFile(join(root, path), 'utf8')) as Wants;
    const locked = packages[dirname(path) === '.' ? '' : dirname(path)] ?? {};
    for (const [name, version] of wanted(manifest)) {
      if (!EXACT.test(version)) findings.push(`${path}: ${name} ${version} is not an exact version`);
      if (wanted(locked).get(name) !== version)
        findings.push(`${path}: package-lock.json does not know ${name} ${version}: run npm install`);
    }
  }
  for (const [path, entry] of Object.entries(packages)) {
    const { dependencies, optionalDependencies } = entry;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (!held.has(name)) findings.push(`package-lock.json: ${path} wants ${name}, which is not there: npm ci refuses that`);
    }
  }
  return findings;
}

function wanted({ dependencies, devDependencies, optionalDependencies }: Wants): Map<string, string> {
  return new Map(Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}
