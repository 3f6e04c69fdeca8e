/** Plants faults; written next. */
export function selfTest(root: string): Promise<number> {
  console.log(root);
  return Promise.resolve(1);
}
