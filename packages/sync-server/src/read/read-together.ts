type Waiting<K, V> = { readonly key: K; readonly resolve: (value: V) => void; readonly reject: (error: unknown) => void };

/**
 * Reads for many at once. Whoever asks while reads are under way is answered by a next one, together with others who asked meanwhile:
 * nobody by a read that began before they asked, and a thousand who come at once cost little more than one.
 *
 * `read` takes at most `most` askers' keys, equal ones among them, and resolves with what tells each key's answer; it may throw for one
 * key without harm to the others. At most `width` reads (1 unless told) are under way. With `gather`, those who ask in the same turn of the
 * event loop as the first are answered together with it.
 */
export function readTogether<K, V>(
  read: (keys: readonly K[]) => Promise<(key: K) => V>,
  { most, width = 1, gather = false }: { readonly most: number; readonly width?: number; readonly gather?: boolean },
): (key: K) => Promise<V> {
  let waiting: Waiting<K, V>[] = [];
  let running = 0;

  async function answer(group: readonly Waiting<K, V>[]): Promise<void> {
    try {
      const answerTo = await read(group.map(({ key }) => key));
      for (const { key, resolve, reject } of group) {
        try {
          resolve(answerTo(key));
        } catch (error) {
          reject(error);
        }
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function drain(): Promise<void> {
    running += 1;
    if (gather) await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await answer(group);
    }
    running -= 1;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (running < width) void drain();
    });
}
