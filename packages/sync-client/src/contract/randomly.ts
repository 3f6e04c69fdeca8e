import fc from 'fast-check';

/** Runs a property with a seed that is printed when it fails and can be given back as SEED=. */
export function randomly<Ts>(property: fc.IPropertyWithHooks<Ts> | fc.IProperty<Ts>, runs = 300): void {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  console.info(`SEED=${seed}`);
  fc.assert(property, { seed, numRuns: runs });
}
