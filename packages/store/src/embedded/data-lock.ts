import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PostgresServerError } from './errors.ts';

export interface DataLock {
  release(): void;
}

/**
 * One process at a time on a data folder. The lock is a lock of the operating system, taken through an empty SQLite file because
 * Node has no other way to one: it ends with the process, however that ends, so nothing stale is ever left to judge. A file naming
 * a process id cannot do this: two starts can both find it stale.
 * Throws `already-running`, `data-folder-unsuitable`; system errors as they come.
 */
export function lockDataFolder(dataDir: string): DataLock {
  const ownerFile = join(dataDir, 'owner');
  const lockFile = join(dataDir, 'lock');
  let handle: DatabaseSync | undefined;
  try {
    handle = new DatabaseSync(lockFile, { timeout: 0 });
    handle.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    handle?.close();
    if (!isBusy(error)) throw unusable(lockFile, error);
    throw new PostgresServerError(
      'already-running',
      `It is already running (pid ${readOwner(ownerFile)}) in ${dataDir}; stop it or set EADS_DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  try {
    writeFileSync(ownerFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    handle.close();
    throw error;
  }
  let held = true;
  return {
    release() {
      if (held) handle.close();
      held = false;
    },
  };
}

function unusable(lockFile: string, cause: unknown): PostgresServerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PostgresServerError(
    'data-folder-unsuitable',
    `The file ${lockFile} cannot be locked (${reason}); make it writable for this user, or set EADS_DATA_DIR to a folder on a local disk.`,
    { cause },
  );
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
