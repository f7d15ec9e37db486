import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { failure } from './failures.mjs';

const POLL_MS = 100;
const PATIENCE_MS = 20 * 60_000;
const GUARD_MS = 10_000;

/**
 * Runs `work` while no other bootstrap of the same checkout does. The lock is a folder that appears with its owner inside (one rename), so a
 * half-written lock does not exist; one whose owner is dead is taken over.
 * @template T
 * @param {string} folder the ignored tools folder
 * @param {{ work: (lock: { addProcess: (pid: number) => void }) => Promise<T>, onWait?: (owner: string) => void }} options
 * @returns {Promise<T>}
 */
export async function withLock(folder, options) {
  const lock = join(folder, 'lock');
  const own = join(folder, `lock-${process.pid}`);
  const owners = [identity(process.pid)];
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  writeFileSync(join(own, 'owners'), owners.join('\n'));
  try {
    await acquire({ lock, own, onWait: options.onWait });
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
  try {
    sweep(folder);
    return await options.work({
      addProcess(pid) {
        // An installer outlives a killed bootstrap, and two installers in one folder break each other.
        owners.push(identity(pid));
        const next = join(lock, 'next');
        writeFileSync(next, owners.join('\n'));
        renameSync(next, join(lock, 'owners'));
      },
    });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** @param {{ lock: string, own: string, onWait: ((owner: string) => void) | undefined }} options */
async function acquire({ lock, own, onWait }) {
  let told = false;
  for (let waited = 0; ; waited += POLL_MS) {
    if (tryRename(own, lock)) return;
    const owners = readOwners(lock);
    if (owners !== undefined && !owners.some(isAlive)) {
      takeOver(lock, owners);
      continue;
    }
    if (!told && waited >= POLL_MS * 5 && owners !== undefined) {
      told = true;
      onWait?.(owners[0]?.split(':')[0] ?? '');
    }
    if (waited > PATIENCE_MS) {
      throw failure(
        'busy',
        `Another start has been preparing ${lock} for 20 minutes; end it, or remove that folder, and start again.`,
      );
    }
    await pause(POLL_MS);
  }
}

/**
 * Removes a dead owner's lock. Two waiters may find it dead at once, and the slower must not remove the faster one's new lock:
 * so only one removes at a time, and looks again first.
 * @param {string} lock
 * @param {string[]} dead
 */
function takeOver(lock, dead) {
  const guard = `${lock}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > GUARD_MS) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (readOwners(lock)?.join() === dead.join()) rmSync(lock, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/**
 * Removes what killed waiters left.
 * @param {string} folder
 */
function sweep(folder) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('lock-')) continue;
    const owners = readOwners(join(folder, name));
    if (owners !== undefined && !owners.some(isAlive)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {boolean} false where the lock is held
 */
function tryRename(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))) return false;
    // Windows says EPERM for a target that exists.
    if (readOwners(to) !== undefined) return false;
    throw error;
  }
}

/**
 * @param {string} lock
 * @returns {string[] | undefined} undefined where nobody holds it
 */
function readOwners(lock) {
  try {
    return readFileSync(join(lock, 'owners'), 'utf8').split('\n').filter(Boolean);
  } catch {
    return undefined;
  }
}

/** @param {string} owner "pid:start" as identity() wrote it */
function isAlive(owner) {
  const pid = Number(owner.split(':')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return identity(pid) === owner;
}

/**
 * A process id with its start time where the system tells it (Linux), since ids come round again after a reboot.
 * @param {number} pid
 */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return `${pid}:`;
  }
}
