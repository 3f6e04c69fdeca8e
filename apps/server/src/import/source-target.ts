import { posix } from 'node:path';

/** What a link or picture of a page names. */
export type Target =
  /** Somewhere in the folder, whether it is there or not; `path` is empty for the folder itself. */
  | { readonly kind: 'inside'; readonly path: string; readonly fragment: string }
  /** A place in the same page. */
  | { readonly kind: 'here' }
  /** An address elsewhere. */
  | { readonly kind: 'elsewhere'; readonly url: string };

/** Pure. `url` as the page at `from` writes it. */
export function targetOf(from: string, url: string): Target {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith('//')) return { kind: 'elsewhere', url };
  if (url === '' || url.startsWith('#')) return { kind: 'here' };
  const [, written = '', fragment = ''] = /^([^?#]*)(?:\?[^#]*)?(#[^]*)?$/.exec(url) ?? [];
  const joined = posix.normalize(posix.join(written.startsWith('/') ? '' : posix.dirname(from), decoded(written)));
  return { kind: 'inside', path: joined.replace(/^\/+|\/+$/g, '').replace(/^\.$/, ''), fragment };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
