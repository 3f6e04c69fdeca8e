import type { Brand } from './brand.ts';

/**
 * The name of one set of rows that is streamed as a unit: `name[:parameter]/audience`, e.g. `courses/admin`,
 * `content:0197…/learner`. The audience names the column mask, so two readers of the same key receive the same bytes.
 */
export type ScopeKey = Brand<string, 'ScopeKey'>;

/** `name`, `name:parameter` and the audience that reads it, joined as they go over the wire. */
export function scopeKey(name: string, audience: string, parameter?: string): ScopeKey {
  return (parameter === undefined ? `${name}/${audience}` : `${name}:${parameter}/${audience}`) as ScopeKey;
}
