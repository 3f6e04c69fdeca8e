/** Where PostgreSQL may be: a name, an address, or the folder of a socket. */
export type Host = { readonly host: string; readonly port: number };

export type HostList = {
  readonly hosts: readonly [Host, ...Host[]];
  /** The URL with one of them alone: node-postgres takes no more. */
  readonly urlOf: (host: Host) => string;
};

const DEFAULT_PORT = 5432;
const PARTS = /^(postgres(?:ql)?:\/\/)((?:[^@/?]*@)?)([^/?]*)(.*)$/s;

/** The hosts of a URL as libpq writes them: `postgresql://user:password@one:5432,two:5433/elira`. Undefined where it cannot be read. Pure. */
export function readHostList(url: string): HostList | undefined {
  const [, scheme = '', login = '', list = '', rest = ''] = PARTS.exec(url) ?? [];
  if (scheme === '' || list === '') return undefined;
  const hosts = list.split(',').map(readHost);
  const [first, ...others] = hosts;
  if (first === undefined || hosts.some((host) => host === undefined)) return undefined;
  return {
    hosts: [first, ...others.filter((host) => host !== undefined)],
    urlOf: ({ host, port }) => `${scheme}${login}${host.includes(':') ? `[${host}]` : encodeURIComponent(host)}:${port}${rest}`,
  };
}

function readHost(text: string): Host | undefined {
  const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? (plain === undefined ? undefined : decodeURIComponent(plain));
  return host === undefined ? undefined : { host, port: port === undefined ? DEFAULT_PORT : Number(port) };
}
