import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createGzip } from 'node:zlib';
import type { Entry, HistoryFile } from '../history.ts';

/** What one process observed in one leg: lines of JSON, compressed, each with its time. */
export type SegmentFile = HistoryFile & {
  /** Writes the rest down and closes. */
  readonly finish: () => Promise<void>;
};

/** An entry, and when it was written down: milliseconds since 1970, by a clock that no fault touches. */
export type Timed = { readonly at: number; readonly entry: Entry };

/** What many clients received or hold alike is written once, from this many characters on. */
const SHARED_FROM = 160;
/** Characters gathered before they are compressed. */
const GATHERED = 256 * 1024;
/** Bytes unpacked at a time. */
const UNPACKED = 256 * 1024;
/** Speed before size: the machine has other things to do. */
const COMPRESSION_LEVEL = 1;

/** Milliseconds since 1970, whatever happens to `Date`. */
export function trueTime(): number {
  return performance.timeOrigin + performance.now();
}

export function createSegment(path: string): SegmentFile {
  const zip = createGzip({ level: COMPRESSION_LEVEL });
  const file = createWriteStream(path);
  zip.pipe(file);
  const shared = new Map<string, number>();
  let gathered: string[] = [];
  let size = 0;
  const put = (line: string): void => {
    gathered.push(line, '\n');
    size += line.length;
    if (size < GATHERED) return;
    zip.write(gathered.join(''));
    [gathered, size] = [[], 0];
  };
  /** The text itself, or the number under which it was written before. */
  const share = (text: string): string => {
    if (text.length < SHARED_FROM) return text;
    const name = createHash('sha1').update(text).digest('base64');
    let number = shared.get(name);
    if (number === undefined) {
      shared.set(name, (number = shared.size));
      put(`{"shared":${number},"is":${text}}`);
    }
    return `{"shared":${number}}`;
  };
  return {
    path,
    write(entry) {
      const at = Math.round(trueTime() * 1000) / 1000;
      if (entry.kind === 'message') {
        const { data, ...rest } = entry;
        put(`[${at},${JSON.stringify(rest)},${share(JSON.stringify(data ?? null))}]`);
      } else if (entry.kind === 'store') {
        const { scopes, ...rest } = entry;
        const shares = scopes.map((scope) => share(JSON.stringify(scope)));
        put(`[${at},${JSON.stringify(rest)},[${shares.join(',')}]]`);
      } else put(`[${at},${JSON.stringify(entry)}]`);
    },
    close: () => undefined,
    async finish() {
      if (gathered.length > 0) zip.write(gathered.join(''));
      gathered = [];
      zip.end();
      await once(file, 'close');
    },
  };
}

/** The entries of a segment in their order; never more of it in memory than what is shared. */
export async function* readSegment(path: string): AsyncGenerator<Timed[]> {
  const shared: unknown[] = [];
  const decoder = new StringDecoder('utf8');
  // A line of many megabytes comes in many chunks: it is put together once.
  let begun: string[] = [];
  for await (const chunk of createReadStream(path).pipe(createGunzip({ chunkSize: UNPACKED }))) {
    const [first = '', ...others] = decoder.write(chunk as Buffer).split('\n');
    begun.push(first);
    const last = others.pop();
    if (last === undefined) continue;
    yield [begun.join(''), ...others].flatMap((line) => readLine(line, shared));
    begun = [last];
  }
}

type Shared = { readonly shared: number; readonly is?: unknown };

function readLine(line: string, shared: unknown[]): Timed[] {
  const read = JSON.parse(line) as Shared | [number, Entry, unknown?];
  if (!Array.isArray(read)) {
    shared[read.shared] = read.is;
    return [];
  }
  const [at, entry, apart] = read;
  const whole = (value: unknown): unknown => (isShared(value) ? shared[value.shared] : value);
  if (entry.kind === 'message') return [{ at, entry: { ...entry, data: whole(apart) } }];
  if (entry.kind === 'store')
    return [{ at, entry: { ...entry, scopes: (apart as unknown[]).map(whole) as typeof entry.scopes } }];
  return [{ at, entry }];
}

function isShared(value: unknown): value is Shared {
  return typeof value === 'object' && value !== null && 'shared' in value && typeof value.shared === 'number';
}

/** Several segments as one, by the time of their entries. */
export async function* mergeSegments(paths: readonly string[]): AsyncGenerator<Timed> {
  const readers = paths.map((path) => ({ chunks: readSegment(path), lines: [] as Timed[], next: 0, over: false }));
  for (;;) {
    for (const reader of readers) {
      while (!reader.over && reader.next >= reader.lines.length) {
        const { value, done } = await reader.chunks.next();
        if (done === true) reader.over = true;
        else [reader.lines, reader.next] = [value, 0];
      }
    }
    // Up to where every reader has entries, nothing has to be waited for.
    let first: (typeof readers)[number] | undefined;
    do {
      first = undefined;
      for (const reader of readers) {
        const head = reader.lines[reader.next];
        const best = first?.lines[first.next];
        if (!reader.over && head !== undefined && (best === undefined || head.at < best.at)) first = reader;
      }
      if (first === undefined) return;
      yield first.lines[first.next++] as Timed;
    } while (first.next < first.lines.length);
  }
}
