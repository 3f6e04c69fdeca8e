import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import { TALLY_FILE } from './run-vitest.ts';
import type { Skipped } from './tally.ts';

/** A vitest reporter that writes what `npm test` adds up: how many passed, which failed, which were skipped and why. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env[TALLY_FILE];
    if (file === undefined) return;
    let passed = 0;
    const failed = unhandled.map((error) => `unhandled: ${error.message}`);
    const skipped: Skipped[] = [];
    for (const module of modules) {
      const suites = [module, ...module.children.allSuites()];
      for (const suite of suites)
        for (const error of suite.errors()) failed.push(`${module.relativeModuleId}: ${error.message}`);
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ name: nameOf(test), reason: result.note ?? 'its own condition' });
        else failed.push(nameOf(test));
      }
    }
    writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
