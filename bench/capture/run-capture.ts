import type { BenchOptions } from '../options.ts';
export async function runCapture(_options: BenchOptions): Promise<boolean> {
  return true;
}
