import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres } from '@elira/postgres';
import { copyDataFolder, copyForStandby } from '@elira/testkit';
import pg from 'pg';

const SOCKET = '.s.PGSQL.5432';
const DATABASE = 'trial';
const ASIDE = 'aside';
/** Name of the folder of the one that serves first. */
const FIRST = 'db';

/**
 * The clusters of a trial behind one address, as a service name is: one serves, it may be killed, copied back and replaced by its standby.
 * All lie in one folder, which goes with `remove`.
 */
export class TrialCluster {
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #serving: RunningPostgres;
  /** Name of the folder of the one that serves. */
  #name = FIRST;
  /** Others that run. */
  readonly #beside = new Map<string, RunningPostgres>();

  /** It had been made before, and goes on. */
  readonly wasThere: boolean;
  readonly #isKept: boolean;

  private constructor(
    folder: string,
    settings: Readonly<Record<string, string>>,
    serving: RunningPostgres,
    { wasThere, isKept }: { readonly wasThere: boolean; readonly isKept: boolean },
  ) {
    [this.#folder, this.#settings, this.#serving] = [folder, settings, serving];
    [this.wasThere, this.#isKept] = [wasThere, isKept];
  }

  /** `kept`: a folder that stays, and may hold a cluster to go on with. */
  static async create(settings: Readonly<Record<string, string>>, kept?: string): Promise<TrialCluster> {
    const folder = kept ?? (await mkdtemp(join(tmpdir(), 'elira-trial-')));
    const wasThere = existsSync(join(folder, FIRST, 'data'));
    // Where this is root, the server is not, and has to get in.
    await chmod(folder, 0o711);
    await mkdir(join(folder, 'address'));
    const serving = await startPostgres({ dataFolder: join(folder, FIRST), database: DATABASE, settings });
    const cluster = new TrialCluster(folder, settings, serving, { wasThere, isKept: kept !== undefined });
    await cluster.#pointAt(serving);
    return cluster;
  }

  /** Of whichever cluster serves; as a superuser. Changes never. */
  get connection(): pg.ClientConfig {
    const { user, database } = this.#serving.connection;
    return { host: join(this.#folder, 'address'), port: 5432, user, database };
  }

  /** The socket that `connection` leads to. */
  get address(): string {
    return join(this.#folder, 'address', SOCKET);
  }

  get pid(): number {
    return this.#serving.pid;
  }

  /** Of the one that serves, with all that belongs to it. */
  get home(): string {
    return join(this.#folder, this.#name);
  }

  get dataFolder(): string {
    return this.#serving.dataFolder;
  }

  /** kill -9 of the postmaster; resolves when every process of the cluster has gone. Returns its pid. */
  async kill(): Promise<number> {
    const { pid } = this.#serving;
    await this.#serving.kill();
    return pid;
  }

  /** In order. */
  async stop(): Promise<void> {
    await this.#serving.stop();
  }

  /** `first` is done before anybody else is let in. */
  async start(first: (sql: pg.Client) => Promise<void> = () => Promise.resolve()): Promise<void> {
    await rm(this.address, { force: true });
    this.#serving = await this.#launch(this.#name);
    await this.asked(this.#serving.connection, first);
    await this.#pointAt(this.#serving);
  }

  /** Copies the files of the stopped cluster. */
  async copy(): Promise<void> {
    await copyDataFolder(this.dataFolder, join(this.#folder, 'copy'));
  }

  /** Puts the copied files in the place of the stopped cluster's, which are laid aside. */
  async restore(): Promise<void> {
    await mkdir(join(this.#folder, ASIDE));
    await copyDataFolder(this.dataFolder, join(this.#folder, ASIDE, 'data'));
    await rm(this.dataFolder, { recursive: true });
    await copyDataFolder(join(this.#folder, 'copy'), this.dataFolder);
    await rm(join(this.#folder, 'copy'), { recursive: true });
  }

  /** Asks what was laid aside. */
  async askedAside<T>(work: (sql: pg.Client) => Promise<T>): Promise<T> {
    const aside = await this.#launch(ASIDE);
    try {
      return await this.asked(aside.connection, work);
    } finally {
      await aside.stop();
    }
  }

  async asked<T>(connection: pg.ClientConfig, work: (sql: pg.Client) => Promise<T>): Promise<T> {
    const sql = new pg.Client(connection);
    sql.on('error', () => undefined);
    await sql.connect();
    try {
      return await work(sql);
    } finally {
      await sql.end().catch(() => undefined);
    }
  }

  /** Starts a standby of the one that serves. */
  async addStandby(name: string): Promise<pg.ClientConfig> {
    const { host, port, user } = this.#serving.connection;
    await mkdir(join(this.#folder, name));
    await this.asked(this.#serving.connection, (sql) =>
      copyForStandby(sql, this.#serving.dataFolder, join(this.#folder, name, 'data')),
    );
    const standby = await this.#launch(name, { primary_conninfo: `host=${host} port=${port} user=${user}`, hot_standby: 'on' });
    this.#beside.set(name, standby);
    return standby.connection;
  }

  /** The address leads to this one from now on. Returns what the one before can be reached with; it goes on running. */
  async handOverTo(name: string): Promise<pg.ClientConfig> {
    const next = this.#beside.get(name);
    if (next === undefined) throw new Error(`there is no cluster "${name}"`);
    const before = this.#serving;
    this.#beside.delete(name);
    this.#beside.set(this.#name, before);
    [this.#serving, this.#name] = [next, name];
    await this.#pointAt(next);
    return before.connection;
  }

  /** Ends whatever runs beside the one that serves. */
  async endOthers(): Promise<void> {
    for (const other of this.#beside.values()) await other.stop();
    this.#beside.clear();
  }

  async remove(): Promise<void> {
    await this.endOthers();
    await this.#serving.stop();
    if (!this.#isKept) await rm(this.#folder, { recursive: true, force: true });
  }

  #launch(name: string, more: Readonly<Record<string, string>> = {}): Promise<RunningPostgres> {
    return startPostgres({
      dataFolder: join(this.#folder, name),
      database: DATABASE,
      settings: { ...this.#settings, ...more },
    });
  }

  /** In one step: whoever connects is led to the one or to the other. */
  async #pointAt({ connection: { host, port } }: RunningPostgres): Promise<void> {
    const next = `${this.address}.next`;
    await symlink(join(host, `.s.PGSQL.${port}`), next);
    await rename(next, this.address);
  }
}
