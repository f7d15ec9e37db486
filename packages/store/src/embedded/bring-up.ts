import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from './account.ts';
import { giveTo } from './account.ts';
import type { Address } from './addresses.ts';
import { chooseAddress, connectionUrl, socketFits } from './addresses.ts';
import type { Layout } from './cluster.ts';
import { ownSettingsFile, superuser, writeClusterFiles } from './cluster.ts';
import { hasSystemCode, PostgresServerError } from './errors.ts';
import { boundLog } from './log-file.ts';
import type { Postmaster } from './postmaster.ts';
import { answers, findLeftBehind, launchPostmaster, leftBehind, stopPostmaster } from './postmaster.ts';
import { readPostmasterFile } from './postmaster-process.ts';
import { accessRules, configurationText } from './settings.ts';

export interface RunningServer {
  readonly address: Address;
  readonly postmaster: Postmaster;
  readonly adopted: boolean;
}

/** A frozen one heeds only the last, hardest signal, and the person is waiting. */
const leftBehindPatienceMs = 4_000;

/** Brings a server up on a complete cluster: takes over the one left behind if it is the very same, else starts one. */
export async function bringUp(
  layout: Layout,
  runner: Runner,
  password: string,
  tell: (text: string) => void,
): Promise<RunningServer> {
  const { running } = findLeftBehind(layout);
  if (running !== undefined) {
    tell(`Found PostgreSQL (pid ${running}) left running by a start that was cut short`);
    const old = leftBehind(running, layout, runner);
    const address = await adoptableAt(layout, runner, password, running);
    if (address !== undefined) return { address, postmaster: old, adopted: true };
    await stopPostmaster(old, 'fast', leftBehindPatienceMs);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      const address = await chooseAddress(layout.socketDir);
      return { address, postmaster: await launch(layout, runner, password, address, tell), adopted: false };
    } catch (error) {
      const again = error instanceof PostgresServerError && error.code === 'port-in-use' && attempt < 5;
      if (!again) throw error;
    }
  }
}

/** Its address, if it runs with exactly the settings it would be started with now and accepts connections. */
async function adoptableAt(
  layout: Layout,
  runner: Runner,
  password: string,
  pid: number,
): Promise<Address | undefined> {
  const file = readPostmasterFile(layout.cluster);
  if (file === undefined) return undefined;
  const address: Address = socketFits(layout.socketDir)
    ? { socketDir: layout.socketDir, host: layout.socketDir, port: file.port }
    : { socketDir: undefined, host: '127.0.0.1', port: file.port };
  for (const [name, text] of Object.entries(clusterFiles(runner, address))) {
    if ((await readIfThere(join(layout.cluster, name))) !== text) return undefined;
  }
  return (await answers(pid, layout, connectionUrl(address, 'postgres', superuser, password))) ? address : undefined;
}

/** Starts a postmaster at a given address, as after a restart, where the URLs already handed out must stay true. */
export async function launch(
  layout: Layout,
  runner: Runner,
  password: string,
  address: Address,
  tell: (text: string) => void,
): Promise<Postmaster> {
  await boundLog(layout.log);
  await writeClusterFiles(layout, runner, clusterFiles(runner, address));
  if (address.socketDir !== undefined) {
    await rm(address.socketDir, { recursive: true, force: true });
    await mkdir(address.socketDir, { mode: 0o700 });
    giveTo(runner.account, address.socketDir);
  }
  const { tolerated } = findLeftBehind(layout);
  const url = connectionUrl(address, 'postgres', superuser, password);
  return launchPostmaster(layout, runner, url, { tolerated, tell });
}

function clusterFiles(runner: Runner, address: Address): Record<string, string> {
  const settings = { binaries: runner.binaries.version, socketDir: address.socketDir, port: address.port };
  return { [ownSettingsFile]: configurationText(settings), 'pg_hba.conf': accessRules };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
