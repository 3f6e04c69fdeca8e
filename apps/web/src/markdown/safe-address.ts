/** Stands for the page's own origin while an address is read; `.invalid` never exists. */
const HERE = 'https://here.invalid';
const LINKS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/**
 * The address of a link if following it does no harm: http, https, mailto, or one within this site. It is read as browsers read
 * it, so that no tab, line break or entity hides a scheme. Undefined for everything else.
 */
export function safeLink(address: string): string | undefined {
  const url = parse(address);
  return url !== undefined && LINKS.has(url.protocol) ? written(url, address) : undefined;
}

/** The address of a picture: https, or one within this site. */
export function safePicture(address: string): string | undefined {
  const url = parse(address);
  return url?.protocol === 'https:' ? written(url, address) : undefined;
}

/** Whether a safe link leads away from this site. */
export function leadsAway(address: string): boolean {
  return parse(address)?.origin !== HERE;
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address, `${HERE}/`);
  } catch {
    return undefined;
  }
}

/** As it was parsed, not as it was written. An address within the site keeps its written form, which must look like one. */
function written(url: URL, address: string): string | undefined {
  if (url.origin !== HERE) return url.href;
  return WITHIN.test(address) ? address : undefined;
}

/** A path, query or fragment: no colon before the first of `/?#`, and nothing that cannot be seen. */
const WITHIN = /^(?:[\w.~%-]*(?:[/?#][!-~]*)?)$/;
