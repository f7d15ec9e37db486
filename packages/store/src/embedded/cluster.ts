import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from './account.ts';
import { giveTo, launchPlan } from './account.ts';
import { hasSystemCode, PostgresServerError } from './errors.ts';
import { knownCause, notRunnable, tailOf } from './start-failure.ts';

export const superuser = 'postgres';
export const ownSettingsFile = 'eads.conf';

/** Where things lie below the data folder. */
export interface Layout {
  readonly dataDir: string;
  /** PostgreSQL's own data folder. It appears under this name only once initdb has completed. */
  readonly cluster: string;
  readonly password: string;
  readonly socketDir: string;
  readonly log: string;
}

export function layoutOf(dataDir: string): Layout {
  return {
    dataDir,
    cluster: join(dataDir, 'cluster'),
    password: join(dataDir, 'password'),
    socketDir: join(dataDir, 'socket'),
    log: join(dataDir, 'postgres.log'),
  };
}

const halfDonePrefix = 'initdb-';

/** Major version that wrote the cluster; undefined when there is none yet. */
export async function clusterVersion(layout: Layout): Promise<string | undefined> {
  try {
    return (await readFile(join(layout.cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function clusterOwner(layout: Layout): number | undefined {
  return statSync(layout.cluster, { throwIfNoEntry: false })?.uid;
}

/** Reads the superuser's password, or makes one while no cluster exists that could know another. */
export async function superuserPassword(layout: Layout, clusterExists: boolean): Promise<string> {
  try {
    const password = (await readFile(layout.password, 'utf8')).trim();
    await chmod(layout.password, 0o600);
    if (password !== '') return password;
  } catch (error) {
    if (!hasSystemCode(error, 'ENOENT')) throw error;
  }
  if (clusterExists) {
    throw new PostgresServerError(
      'data-folder-unsuitable',
      `The database in ${layout.dataDir} has lost its password file; put ${layout.password} back from a copy, or set EADS_DATA_DIR to a new folder.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  const fresh = `${layout.password}.new`;
  await writeFile(fresh, `${password}\n`, { mode: 0o600, flush: true });
  await rename(fresh, layout.password);
  return password;
}

/** initdb into a folder of its own, renamed when complete: one that was cut short leaves nothing that looks like a database. */
export async function initialiseCluster(layout: Layout, runner: Runner, password: string): Promise<void> {
  await removeHalfDone(layout);
  await refuseDamaged(layout);
  const work = await mkdtemp(join(layout.dataDir, halfDonePrefix));
  try {
    await chmod(work, 0o700);
    const passwordFile = join(work, 'password');
    const fresh = join(work, 'cluster');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await mkdir(fresh, { mode: 0o700 });
    await makePrivate(fresh, layout);
    giveTo(runner.account, work);
    giveTo(runner.account, passwordFile);
    giveTo(runner.account, fresh);
    await runInitdb(runner, layout, fresh, passwordFile);
    appendFileSync(join(fresh, 'postgresql.conf'), `\ninclude '${ownSettingsFile}'\n`);
    await rename(fresh, layout.cluster);
    syncFolder(layout.dataDir);
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Without PG_VERSION, but not empty, is no half-done initdb of ours: it may be someone's damaged data, and is left alone. */
async function refuseDamaged(layout: Layout): Promise<void> {
  const entries = await readdir(layout.cluster).catch(() => []);
  if (entries.length === 0) return;
  throw new PostgresServerError(
    'data-folder-unsuitable',
    `The folder ${layout.cluster} holds something that is not a whole PostgreSQL database; move it away, or set EADS_DATA_DIR to another folder.`,
  );
}

/** PostgreSQL insists on it. A copy put back from elsewhere often comes with wider permissions. */
async function makePrivate(folder: string, layout: Layout): Promise<void> {
  if (process.platform === 'win32' || (statSync(folder).mode & 0o077) === 0) return;
  await chmod(folder, 0o700);
  if ((statSync(folder).mode & 0o077) === 0) return;
  throw new PostgresServerError(
    'data-folder-unsuitable',
    `The disk that holds ${layout.dataDir} cannot keep files private, which PostgreSQL insists on; set EADS_DATA_DIR to a folder on a local disk.`,
  );
}

async function removeHalfDone(layout: Layout): Promise<void> {
  for (const entry of await readdir(layout.dataDir)) {
    if (!entry.startsWith(halfDonePrefix)) continue;
    await rm(join(layout.dataDir, entry), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

async function runInitdb(runner: Runner, layout: Layout, folder: string, passwordFile: string): Promise<void> {
  const plan = launchPlan(runner.account, runner.binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]);
  const { status, output } = await run(plan.command, plan.args, plan.options);
  if (status === 0) return;
  throw (
    knownCause(output, layout.dataDir) ??
    new PostgresServerError(
      'init-failed',
      `PostgreSQL could not set up its data in ${layout.dataDir} (initdb ended with ${status}): ${tailOf(output)}`,
    )
  );
}

function run(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number },
): Promise<{ status: number | string; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-65_536);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(notRunnable(error.message, { cause: error })));
    child.once('close', (code, signal) => resolve({ status: code ?? signal ?? 'nothing', output }));
  });
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Folders and rule files that must be right at every start, whoever changed them. */
export async function writeClusterFiles(layout: Layout, runner: Runner, files: Record<string, string>): Promise<void> {
  await makePrivate(layout.cluster, layout);
  giveTo(runner.account, layout.cluster);
  for (const [name, text] of Object.entries(files)) {
    const path = join(layout.cluster, name);
    if (existsSync(path) && (await readFile(path, 'utf8')) === text) continue;
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    giveTo(runner.account, `${path}.new`);
    await rename(`${path}.new`, path);
  }
}
