import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Runner } from './account.ts';
import { launchPlan } from './account.ts';
import type { Layout } from './cluster.ts';
import { notRunnable } from './cluster.ts';
import { diskFull, hasSystemCode, PostgresServerError } from './errors.ts';
import { openLog, readLogFrom, tailOf } from './log-file.ts';
import { isAlive, isPostmasterOf, readPostmasterFile, signalIfAlive } from './postmaster-process.ts';
import { durabilityArguments } from './settings.ts';

export type StopMode = 'fast' | 'immediate';

/** A running postmaster, our own child or one taken over. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<void>;
}

const recoveryLimitMs = 300_000;

/**
 * Starts a postmaster in a session of its own, where a Ctrl-C meant for us does not reach it, and waits until it accepts
 * connections. `tolerated` is a living process named in a stale postmaster.pid, known to be something else.
 * Throws `postgres-refused`, `disk-full`, `port-in-use`, `binaries-missing`.
 */
export async function launchPostmaster(
  layout: Layout,
  runner: Runner,
  adminUrl: string,
  tolerated: number | undefined,
): Promise<Postmaster> {
  const log = openLog(layout.log);
  const plan = launchPlan(
    runner.account,
    runner.binaries.postgres,
    ['-D', layout.cluster, ...durabilityArguments],
    tolerated === undefined ? {} : { PG_GRANDPARENT_PID: String(tolerated) },
  );
  const child = spawn(plan.command, plan.args, {
    ...plan.options,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  log.close();
  child.unref();
  let failure: Error | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = notRunnable(plan.command, error);
      resolve();
    });
    child.once('exit', () => resolve());
  });
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const launchedAt = Math.floor(Date.now() / 1000) - 1;
  await until(recoveryLimitMs, () => {
    if (gone) return true;
    const file = readPostmasterFile(layout.cluster);
    return file !== undefined && file.pid === child.pid && file.startedAt >= launchedAt && file.ready;
  });
  if (failure) throw failure;
  if (gone || child.pid === undefined) throw refused(layout, readLogFrom(layout.log, log.offset));
  const state = await probe(adminUrl);
  if (state !== 'accepting') {
    await stopProcess(child.pid, exited, 'fast');
    throw refused(layout, readLogFrom(layout.log, log.offset));
  }
  return { pid: child.pid, exited };
}

function refused(layout: Layout, output: string): PostgresServerError {
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(layout.dataDir);
  if (/Address already in use|could not create any TCP\/IP sockets/.test(output)) {
    return new PostgresServerError(
      'port-in-use',
      'The loopback port chosen for PostgreSQL was taken meanwhile; start again.',
    );
  }
  return new PostgresServerError(
    'postgres-refused',
    `PostgreSQL did not start on ${layout.dataDir}; its log (${layout.log}) ends with: ${tailOf(output)}`,
  );
}

/** What a server says to a connection: `accepting`, `busy` (starting up or shutting down), or `silent`. */
export async function probe(url: string): Promise<'accepting' | 'busy' | 'silent'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'accepting';
  } catch (error) {
    return hasSystemCode(error, '57P03', '53300') ? 'busy' : 'silent';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A postmaster of this cluster that an earlier, killed process of ours left running. */
export function findLeftBehind(layout: Layout): { running: number | undefined; tolerated: number | undefined } {
  const file = readPostmasterFile(layout.cluster);
  if (file === undefined || !isAlive(file.pid)) return { running: undefined, tolerated: undefined };
  if (isPostmasterOf(file.pid, layout.cluster)) return { running: file.pid, tolerated: undefined };
  return { running: undefined, tolerated: file.pid };
}

/** Takes it over when it answers within a few seconds; undefined when it is going down or does not answer. */
export async function adoptPostmaster(pid: number, layout: Layout, adminUrl: string): Promise<Postmaster | undefined> {
  const deadline = Date.now() + 5_000;
  while (isPostmasterOf(pid, layout.cluster) && Date.now() < deadline) {
    const state = await probe(adminUrl);
    if (state === 'accepting') return { pid, exited: watchProcess(pid, layout) };
    await delay(50);
  }
  return undefined;
}

async function watchProcess(pid: number, layout: Layout): Promise<void> {
  while (isPostmasterOf(pid, layout.cluster)) await delay(250, undefined, { ref: false });
}

export async function endLeftBehind(pid: number, layout: Layout): Promise<void> {
  if (!isPostmasterOf(pid, layout.cluster)) return;
  await stopProcess(pid, watchProcess(pid, layout), 'fast');
}

const signals: Record<StopMode, readonly NodeJS.Signals[]> = {
  fast: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
  immediate: ['SIGQUIT', 'SIGKILL'],
};

/** Asks first and insists after `patienceMs`; returns when the process is gone. */
export async function stopProcess(
  pid: number,
  exited: Promise<void>,
  mode: StopMode,
  patienceMs = 10_000,
): Promise<void> {
  for (const signal of signals[mode]) {
    signalIfAlive(pid, signal);
    const waiting = new AbortController();
    const timeout = delay(patienceMs, 'late', { signal: waiting.signal }).catch(() => 'late');
    const outcome = await Promise.race([exited.then(() => 'gone'), timeout]);
    waiting.abort();
    if (outcome === 'gone') return;
  }
}

async function until(limitMs: number, done: () => boolean): Promise<void> {
  const started = Date.now();
  while (!done() && Date.now() - started < limitMs) await delay(Date.now() - started < 500 ? 4 : 50);
}
