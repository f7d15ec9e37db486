import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { chooseRunner } from './account.ts';
import { connectionUrl, rolePassword } from './addresses.ts';
import { locateBinaries } from './binaries.ts';
import { bringUp, launch } from './bring-up.ts';
import type { Layout } from './cluster.ts';
import { clusterOwner, clusterVersion, initialiseCluster, layoutOf, superuser, superuserPassword } from './cluster.ts';
import { lockDataFolder } from './data-lock.ts';
import { checkName, createDatabase } from './databases.ts';
import { explainWriteFailure, PostgresServerError } from './errors.ts';
import { keepRunning } from './keeper.ts';
import type { StopMode } from './postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Folder of this server alone; made when missing. */
  readonly dataDir: string;
  /** Sentences for a person, while something takes time or went wrong and is being mended. */
  readonly onProgress?: (text: string) => void;
  /** Starts the server again when it ends by itself (default true). */
  readonly restartOnCrash?: boolean;
  /** Ends the server when this process dies without `stop`, kill -9 included (default true); else the next start adopts it. */
  readonly stopWithParent?: boolean;
}

export interface EmbeddedPostgres {
  /** Folder of the unix socket; undefined when it listens on loopback. */
  readonly socketDir: string | undefined;
  /** What `pg` takes as host: the socket folder or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  /** URL of the superuser on database `postgres`. */
  readonly adminUrl: string;
  /** Process id of the postmaster; changes with a restart. */
  readonly pid: number;
  /** Whether the server was taken over from an earlier process of ours that had been killed. */
  readonly adopted: boolean;
  /** PostgreSQL's log file. */
  readonly log: string;
  /** URL of a database for a role that ensureDatabase made; for the superuser when none is named. */
  urlFor(database: string, role?: string): string;
  /** Makes database and owning role (default: of the same name) where missing; gives the owner's URL. Throws `bad-name`. */
  ensureDatabase(database: string, ownerRole?: string): Promise<string>;
  /** Stops (`fast` ends sessions in order, `immediate` is a crash) and starts again at the same address. */
  restart(mode?: StopMode): Promise<void>;
  /** Fast shutdown; gives the data folder back. May be called again. */
  stop(): Promise<void>;
}

/**
 * Runs the bundled PostgreSQL on a folder: sets it up the first time, takes over or replaces a server that a killed process
 * left behind, and keeps every other process off the folder.
 * Throws {@link PostgresServerError}.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const layout = layoutOf(resolve(options.dataDir));
  let lock: { release(): void } | undefined;
  try {
    prepareFolder(layout);
    lock = lockDataFolder(layout.dataDir);
    return await start(layout, options, lock.release);
  } catch (error) {
    lock?.release();
    throw explainWriteFailure(error, layout.dataDir);
  }
}

function prepareFolder(layout: Layout): void {
  mkdirSync(layout.dataDir, { recursive: true, mode: 0o700 });
  const trial = join(layout.dataDir, `.trial-${process.pid}`);
  try {
    writeFileSync(trial, 'written to see whether this folder can be written\n', { flush: true });
  } finally {
    rmSync(trial, { force: true });
  }
}

function refuseForeignOwner(layout: Layout): void {
  const owner = clusterOwner(layout);
  const self = process.getuid?.();
  if (self === undefined || self === 0 || owner === undefined || owner === self) return;
  throw new PostgresServerError(
    'data-folder-unsuitable',
    `The database in ${layout.dataDir} belongs to another user (uid ${owner}); start as that user, or set EADS_DATA_DIR to a folder of your own.`,
  );
}

async function start(
  layout: Layout,
  options: EmbeddedPostgresOptions,
  releaseLock: () => void,
): Promise<EmbeddedPostgres> {
  const tell = options.onProgress ?? (() => undefined);
  const binaries = await locateBinaries();
  refuseForeignOwner(layout);
  const version = await clusterVersion(layout);
  if (version !== undefined && version !== binaries.major) {
    throw new PostgresServerError(
      'data-other-version',
      `The data in ${layout.dataDir} was written by PostgreSQL ${version} and this is ${binaries.major}; use the release that wrote it, or set EADS_DATA_DIR to a new folder.`,
    );
  }
  const password = await superuserPassword(layout, version !== undefined);
  const runner = await chooseRunner(binaries, layout.dataDir, clusterOwner(layout));
  if (version === undefined) {
    tell('Setting up PostgreSQL (first start only)');
    await initialiseCluster(layout, runner, password);
  }
  const { address, postmaster, adopted } = await bringUp(layout, runner, password, tell);
  const keeper = keepRunning(
    postmaster,
    { layout, tell, restartOnCrash: options.restartOnCrash ?? true, stopWithParent: options.stopWithParent ?? true },
    () => launch(layout, runner, password, address, tell),
  );
  const urlFor = (database: string, role: string = superuser) =>
    connectionUrl(address, database, role, rolePassword(password, role));
  const admin = new pg.Pool({
    connectionString: urlFor('postgres'),
    max: 1,
    idleTimeoutMillis: 1_000,
    allowExitOnIdle: true,
  });
  admin.on('error', () => undefined);
  let stopped: Promise<void> | undefined;

  return {
    ...address,
    adminUrl: urlFor('postgres'),
    get pid() {
      return keeper.current().pid;
    },
    adopted,
    log: layout.log,
    urlFor,
    async ensureDatabase(database, ownerRole = database) {
      checkName('database', database);
      checkName('role', ownerRole);
      const client = await admin.connect();
      try {
        await createDatabase(client, database, ownerRole, rolePassword(password, ownerRole));
      } finally {
        client.release();
      }
      return urlFor(database, ownerRole);
    },
    restart: (mode = 'fast') => keeper.restart(mode),
    stop() {
      stopped ??= (async () => {
        await admin.end();
        await keeper.stop();
        releaseLock();
      })();
      return stopped;
    },
  };
}
