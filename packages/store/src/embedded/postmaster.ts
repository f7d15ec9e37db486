import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Runner } from './account.ts';
import { giveTo, launchPlan } from './account.ts';
import type { Layout } from './cluster.ts';
import { hasSystemCode, PostgresServerError } from './errors.ts';
import { openLog, readLogFrom } from './log-file.ts';
import { isAlive, isPostmasterOf, readPostmasterFile, signalIfAlive } from './postmaster-process.ts';
import { durabilityArguments } from './settings.ts';
import { knownCause, notRunnable, tailOf } from './start-failure.ts';

export type StopMode = 'fast' | 'immediate';

/** A running postmaster, our own child or one taken over. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

const recoveryLimitMs = 300_000;
const slowStartMs = 2_000;
const lingeringLimitMs = 10_000;

/**
 * Starts a postmaster in a session of its own, where a Ctrl-C meant for us does not reach it, and waits until it accepts
 * connections. `tolerated` is a living process named in a stale postmaster.pid, known to be something else.
 * Throws `postgres-refused`, `disk-full`, `port-in-use`, `binaries-missing`.
 */
export async function launchPostmaster(
  layout: Layout,
  runner: Runner,
  adminUrl: string,
  options: { readonly tolerated: number | undefined; readonly tell: (text: string) => void },
): Promise<Postmaster> {
  const started = Date.now();
  for (;;) {
    const { postmaster, output } = await attempt(layout, runner, adminUrl, options);
    if (postmaster !== undefined) return postmaster;
    // Sessions of a postmaster that was killed take a moment to notice, and the data is theirs until then.
    const lingering = /pre-existing shared memory block/.test(output);
    if (!lingering || Date.now() - started > lingeringLimitMs) throw refusal(layout, output);
    await delay(50);
  }
}

async function attempt(
  layout: Layout,
  runner: Runner,
  adminUrl: string,
  { tolerated, tell }: { readonly tolerated: number | undefined; readonly tell: (text: string) => void },
): Promise<{ postmaster: Postmaster | undefined; output: string }> {
  const log = openLog(layout.log);
  giveTo(runner.account, layout.log);
  const plan = launchPlan(
    runner.account,
    runner.binaries.postgres,
    ['-D', layout.cluster, ...durabilityArguments],
    tolerated === undefined ? {} : { PG_GRANDPARENT_PID: String(tolerated) },
  );
  const launchedAt = Math.floor(Date.now() / 1000) - 1;
  const child = spawn(plan.command, plan.args, {
    ...plan.options,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  log.close();
  child.unref();
  const { pid } = child;
  let gone = false;
  let failure: Error | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error;
      gone = true;
      resolve();
    });
    child.once('exit', () => {
      gone = true;
      resolve();
    });
  });

  const isReady = () => {
    const file = readPostmasterFile(layout.cluster);
    return file !== undefined && file.pid === pid && file.startedAt >= launchedAt && file.ready;
  };
  const began = Date.now();
  let told = false;
  while (!gone && !isReady() && Date.now() - began < recoveryLimitMs) {
    const waited = Date.now() - began;
    if (waited > slowStartMs && !told) {
      told = true;
      tell('PostgreSQL is still starting; after a crash it first replays its own log');
    }
    await delay(waited < 500 ? 4 : 50);
  }
  if (failure !== undefined) throw notRunnable(failure.message, { cause: failure });
  if (pid !== undefined && !gone) {
    const postmaster = { pid, exited, signal: sender(pid, runner) };
    if ((await probe(adminUrl)) === 'accepting') return { postmaster, output: '' };
    await stopPostmaster(postmaster, 'fast');
  }
  return { postmaster: undefined, output: readLogFrom(layout.log, log.offset) };
}

function refusal(layout: Layout, output: string): PostgresServerError {
  return (
    knownCause(output, layout.dataDir) ??
    new PostgresServerError(
      'postgres-refused',
      `PostgreSQL did not start on ${layout.dataDir}; its log (${layout.log}) ends with: ${tailOf(output)}`,
    )
  );
}

/** Windows knows no signals; PostgreSQL listens for them on a pipe of its own there. */
function sender(pid: number, runner: Runner): (signal: NodeJS.Signals) => void {
  return (signal) => {
    if (process.platform === 'win32' && signal !== 'SIGKILL') {
      spawnSync(runner.binaries.pgCtl, ['kill', signal.replace('SIG', ''), String(pid)], { stdio: 'ignore' });
    } else signalIfAlive(pid, signal);
  };
}

/** What a server says to a connection: `accepting`, `busy` (starting up, shutting down, full), or `silent`. */
async function probe(url: string): Promise<'accepting' | 'busy' | 'silent'> {
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

/** The process named in postmaster.pid: a server of this cluster that is still running, or a stranger with its number. */
export function findLeftBehind(layout: Layout): { running: number | undefined; tolerated: number | undefined } {
  const file = readPostmasterFile(layout.cluster);
  if (file === undefined || !isAlive(file.pid)) return { running: undefined, tolerated: undefined };
  if (isPostmasterOf(file.pid, layout.cluster)) return { running: file.pid, tolerated: undefined };
  return { running: undefined, tolerated: file.pid };
}

/** A server that an earlier process of ours left running. */
export function leftBehind(pid: number, layout: Layout, runner: Runner): Postmaster {
  return { pid, exited: watchProcess(pid, layout), signal: sender(pid, runner) };
}

/** Whether it accepts connections within a few seconds; false too when it is going down. */
export async function answers(pid: number, layout: Layout, adminUrl: string): Promise<boolean> {
  const deadline = Date.now() + 5_000;
  while (isPostmasterOf(pid, layout.cluster) && Date.now() < deadline) {
    if ((await probe(adminUrl)) === 'accepting') return true;
    await delay(50);
  }
  return false;
}

async function watchProcess(pid: number, layout: Layout): Promise<void> {
  while (isPostmasterOf(pid, layout.cluster)) await delay(250, undefined, { ref: false });
}

const signals: Record<StopMode, readonly NodeJS.Signals[]> = {
  fast: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
  immediate: ['SIGQUIT', 'SIGKILL'],
};

/** Asks first and insists after `patienceMs`; returns when the process is gone. */
export async function stopPostmaster(postmaster: Postmaster, mode: StopMode, patienceMs = 10_000): Promise<void> {
  for (const signal of signals[mode]) {
    postmaster.signal(signal);
    const waiting = new AbortController();
    const late = delay(patienceMs, 'late', { signal: waiting.signal }).catch(() => 'late');
    const outcome = await Promise.race([postmaster.exited.then(() => 'gone'), late]);
    waiting.abort();
    if (outcome === 'gone') return;
  }
}
