import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readHostList } from '@elira/postgres';

/**
 * The environment as the server understands it. In: environment variables. Out: a checked configuration, or one error that names
 * every variable that is wrong and what to write instead.
 */
export type Config = {
  /** TCP port; 0 lets the system choose one. */
  readonly port: number;
  readonly host: string;
  /** Absolute path of the folder of the embedded database and the operator's token. */
  readonly dataFolder: string;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly production: boolean;
  /** Undefined: made and kept in the data folder. */
  readonly operatorToken: string | undefined;
  /** What session cookies are signed with. Undefined: made and kept in the data folder. */
  readonly authSecret: string | undefined;
  /** Addresses and networks of the proxies in front, whose X-Forwarded-* headers are believed; no others are. */
  readonly trustedProxies: readonly string[];
  /** Redis or Valkey, for what servers share and may lose. Undefined: each keeps its own. */
  readonly redisUrl: string | undefined;
  readonly logLevel: LogLevel;
};

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What an operator's token looks like: 32 to 128 characters that need no quoting anywhere. */
export const TOKEN_FORM = /^[A-Za-z0-9_-]{32,128}$/;

export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `ConfigError`. An empty variable counts as unset. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, fallback: T, expected: string): T => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    const value = parse(text);
    if (value === undefined) problems.push(`${name} ${expected}.`);
    return value ?? fallback;
  };
  const production = read('NODE_ENV', parseMode, false, 'must be development, test or production');
  const config: Config = {
    production,
    port: read('PORT', parsePort, 3000, 'must be a whole number from 0 to 65535'),
    host: read(
      'HOST',
      (text) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
      '127.0.0.1',
      'must be a host name or an address, such as 127.0.0.1 or 0.0.0.0',
    ),
    dataFolder: resolve(
      read('ELIRA_DATA', (text) => (text.includes('\0') ? undefined : text), '.elira', 'must be the path of a folder'),
    ),
    databaseUrl: readDatabaseUrl(environment['DATABASE_URL'], problems),
    operatorToken: read(
      'ELIRA_OPERATOR_TOKEN',
      (text) => (TOKEN_FORM.test(text) ? text : undefined),
      undefined,
      'must be 32 to 128 letters, digits, - or _',
    ),
    authSecret: read(
      'ELIRA_AUTH_SECRET',
      (text) => (TOKEN_FORM.test(text) ? text : undefined),
      undefined,
      'must be 32 to 128 letters, digits, - or _',
    ),
    trustedProxies: read(
      'ELIRA_TRUSTED_PROXIES',
      parseProxies,
      [],
      'must be addresses or networks with commas between, such as 127.0.0.1,10.0.0.0/8',
    ),
    redisUrl: read(
      'REDIS_URL',
      (text) => (/^rediss?:\/\/[^/]/.test(text) && URL.canParse(text) ? text : undefined),
      undefined,
      'must begin with redis:// or rediss://, as in redis://user:password@host:6379/0',
    ),
    logLevel: read('LOG_LEVEL', parseLogLevel, production ? 'info' : 'warn', `must be one of ${LOG_LEVELS.join(', ')}`),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function parseMode(text: string): boolean | undefined {
  if (text === 'production') return true;
  return text === 'development' || text === 'test' ? false : undefined;
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parseProxies(text: string): readonly string[] | undefined {
  const entries = text.split(',').map((entry) => entry.trim());
  const right = entries.every((entry) => {
    const [address = '', bits, ...rest] = entry.split('/');
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    return rest.length === 0 && (bits === undefined ? most > 0 : /^\d{1,3}$/.test(bits) && Number(bits) <= most);
  });
  return right ? entries : undefined;
}

function parseLogLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text);
}

/** The URL itself never appears in a message: it may hold a password. */
function readDatabaseUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^postgres(ql)?:\/\//.test(text)) {
    problems.push('DATABASE_URL must begin with postgresql://, as in postgresql://user:password@host:5432/elira.');
  } else if (/^[^/]+\/\/[^/?]*,/.test(text) && readHostList(text) === undefined) {
    problems.push('DATABASE_URL must name its hosts as in postgresql://user:password@one:5432,two:5432/elira.');
  } else if (/[?&]options=/.test(text)) {
    problems.push('DATABASE_URL must not set options: Elira sets the role of each connection there.');
  } else if (!/^[^/]+\/\/[^/]*\/[^/?]+/.test(text)) {
    problems.push('DATABASE_URL must name a database, as in postgresql://host:5432/elira.');
  }
  return text;
}
