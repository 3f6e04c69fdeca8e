import type { ScopeKey } from '@elira/protocol';
import type { Dialect } from './dialect.ts';
import type { Frame } from './frame.ts';

type MakeFrame = (scopes: readonly ScopeKey[], dialect: Dialect) => Frame;

/** Makes one frame for all who are concerned in the same scopes and hear of it in the same words. */
export function oncePerScopes(make: MakeFrame): MakeFrame {
  const frames = new Map<string, Frame>();
  /** What was asked for last: where a batch concerns one scope it is asked for by everybody. */
  let last: { readonly scopes: readonly ScopeKey[]; readonly dialect: Dialect; readonly frame: Frame } | undefined;
  return (scopes, dialect) => {
    if (last?.scopes === scopes && last.dialect === dialect) return last.frame;
    const key = [dialect.name, ...scopes].join('\n');
    const frame = frames.get(key) ?? make(scopes, dialect);
    frames.set(key, frame);
    last = { scopes, dialect, frame };
    return frame;
  };
}
