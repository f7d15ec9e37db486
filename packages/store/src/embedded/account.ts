import { spawnSync } from 'node:child_process';
import { chmodSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { copyBinaries } from './binaries.ts';
import { PostgresServerError } from './errors.ts';

/**
 * As whom PostgreSQL runs. It refuses root, so root needs another account, the best first: `namespace` is root itself, seen as
 * user 1000 inside a user namespace of its own (every file stays root's); `user` is a real unprivileged account; `admitted` is
 * one that may enter folders closed to it, for containers that allow no namespace and keep everything below /root.
 */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'user' | 'admitted'; readonly uid: number; readonly gid: number };

export interface Runner {
  readonly account: Account;
  readonly binaries: Binaries;
}

export interface LaunchPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: {
    readonly uid?: number;
    readonly gid?: number;
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
  };
}

/** The command that runs `file` under the account; it execs, so the process id of the child is the one of `file`. */
export function launchPlan(
  account: Account,
  file: string,
  args: readonly string[],
  extraEnv: NodeJS.ProcessEnv = {},
): LaunchPlan {
  const options = { env: { ...ownEnvironment(), ...extraEnv }, cwd: '/' };
  if (account.kind === 'namespace') {
    return { command: 'unshare', args: ['--user', '--map-user=1000', '--map-group=1000', file, ...args], options };
  }
  if (account.kind === 'admitted') {
    const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
    // PostgreSQL looks for its own programs with access(2), which heeds a capability only under this secure bit.
    const admission = [
      '--securebits=+no_setuid_fixup',
      '--inh-caps=-all,+dac_override',
      '--ambient-caps=+dac_override',
    ];
    return { command: 'setpriv', args: [...identity, ...admission, '--', file, ...args], options };
  }
  if (account.kind === 'user') {
    return { command: file, args, options: { ...options, uid: account.uid, gid: account.gid } };
  }
  return { command: file, args, options };
}

/** Only what it needs: variables of the person's shell would steer it (PG*, LD_LIBRARY_PATH), and secrets are none of its business. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/**
 * Chooses the account for a data folder. `owner` is the owner of a database that already lies there.
 * Throws `root-refused` when started as root and nothing else is possible.
 */
export async function chooseRunner(binaries: Binaries, dataDir: string, owner?: number): Promise<Runner> {
  if (process.getuid?.() !== 0) return { account: { kind: 'self' }, binaries };
  for (const account of candidates(dataDir, owner)) {
    if (account.kind === 'user' && !makeEnterable(dataDir, account)) continue;
    if (!can(account, '-x', dataDir)) continue;
    if (can(account, '-x', binaries.postgres)) return { account, binaries };
    const copy = await copyBinaries(binaries, dataDir);
    if (can(account, '-x', copy.postgres)) return { account, binaries: copy };
  }
  throw new PostgresServerError(
    'root-refused',
    `PostgreSQL does not run as root and no other account can reach ${dataDir}; start as an ordinary user, or set EADS_DATA_DIR to a folder that other users can enter.`,
  );
}

function candidates(dataDir: string, owner: number | undefined): Account[] {
  const nobody = userNamed('nobody');
  const users = [owningNeighbour(dataDir), nobody].flatMap((uid) => accountOf('user', uid));
  const known = accountOf('user', owner);
  return [...known, { kind: 'namespace' }, ...users, ...accountOf('admitted', owner || nobody)];
}

function accountOf(kind: 'user' | 'admitted', uid: number | undefined): Account[] {
  return uid === undefined || uid === 0 ? [] : [{ kind, uid, gid: groupOf(uid) }];
}

/** Below another person's private home only that person gets in, besides root itself. */
function owningNeighbour(dataDir: string): number | undefined {
  for (let folder = dataDir; ; folder = dirname(folder)) {
    const { uid } = statSync(folder);
    if (uid !== 0) return uid;
    if (folder === dirname(folder)) return undefined;
  }
}

function passwd(): string[][] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

function userNamed(name: string): number | undefined {
  const uid = passwd().find((fields) => fields[0] === name)?.[2];
  return uid === undefined ? undefined : Number(uid);
}

function groupOf(uid: number): number {
  const gid = passwd().find((fields) => fields[2] === String(uid))?.[3];
  return gid === undefined ? uid : Number(gid);
}

function makeEnterable(dataDir: string, account: { uid: number }): boolean {
  const { uid, mode } = statSync(dataDir);
  if (uid === account.uid || (mode & 0o001) !== 0) return true;
  try {
    chmodSync(dataDir, (mode & 0o777) | 0o011);
    return true;
  } catch {
    return false;
  }
}

function can(account: Account, test: '-x' | '-w', path: string): boolean {
  const plan = launchPlan(account, '/bin/sh', ['-c', `test ${test} "$0"`, path]);
  return spawnSync(plan.command, plan.args, { ...plan.options, stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/** Gives a file or a whole folder to the account, where it is not its own yet. Only root has anything to give. */
export function giveTo(account: Account, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = 'uid' in account ? account : { uid: 0, gid: 0 };
  const current = statSync(path);
  if (current.uid === uid) return;
  if (current.isDirectory()) {
    for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(path, entry), uid, gid);
  }
  lchownSync(path, uid, gid);
}
