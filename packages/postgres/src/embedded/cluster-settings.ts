import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Small, durable: fsync, full_page_writes and synchronous_commit stay as PostgreSQL ships them (on). */
const TUNED_SMALL: Readonly<Record<string, string>> = {
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  max_connections: '200',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
};

export type Listening = {
  readonly socketFolder: string | undefined;
  readonly port: number;
  readonly tcp: boolean;
};

/** Contents of `elira.conf`, read after initdb's own postgresql.conf and before what ALTER SYSTEM wrote. Pure. */
export function settingsFile(listening: Listening, settings: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    ...TUNED_SMALL,
    listen_addresses: listening.tcp ? '127.0.0.1' : '',
    port: String(listening.port),
    unix_socket_directories: listening.socketFolder === undefined ? '' : quoteFolder(listening.socketFolder),
    unix_socket_permissions: '0700',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `# Written at every start. Use ALTER SYSTEM for settings of your own.\n${lines.join('\n')}\n`;
}

/** unix_socket_directories is a list: a folder with a comma or space in its name must be in double quotes. */
function quoteFolder(folder: string): string {
  return /^[\w./-]+$/.test(folder) ? folder : `"${folder.replaceAll('"', '""')}"`;
}

const INCLUDE = "include_if_exists = 'elira.conf'";

/** Writes `elira.conf` into the cluster and makes sure that postgresql.conf reads it. Keeps owner and mode of existing files. */
export async function writeSettings(dataFolder: string, text: string): Promise<void> {
  await writeFile(join(dataFolder, 'elira.conf'), text);
  const main = join(dataFolder, 'postgresql.conf');
  const present = await readFile(main, 'utf8');
  if (!present.includes(INCLUDE)) await writeFile(main, `${present}\n${INCLUDE}\n`);
}
