import { aborted } from './aborted.ts';

/** The JSON of a body of at most about `mostBytes` bytes; undefined when it is longer, broken or something else. Never rejects. */
export async function readDocument(response: Response, signal: AbortSignal, mostBytes: number): Promise<unknown> {
  const reader = response.body?.getReader();
  if (reader === undefined) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let bytes = 0; bytes <= mostBytes;) {
      const result = await aborted(signal, reader.read());
      if (result.done) return JSON.parse(text + decoder.decode());
      bytes += result.value.length;
      text += decoder.decode(result.value, { stream: true });
    }
  } catch {
    return undefined;
  } finally {
    reader.cancel().catch(ignore);
    reader.releaseLock();
  }
  return undefined;
}

function ignore(): void {
  // Nothing more is wanted of it.
}
