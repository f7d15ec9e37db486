import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PersonError } from '@eads/runtime';

const MEND = 'Set EADS_DATA_DIR to a folder that you may write to';

const explain = (path: string, cause: unknown): PersonError => {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PersonError({
      what: 'The disk is full',
      where: path,
      remedy: 'Free some space, or set EADS_DATA_DIR to a folder on another disk',
      cause,
    });
  }
  const what =
    code === 'EROFS'
      ? 'The data folder is on a read-only file system'
      : code === 'EEXIST' || code === 'ENOTDIR'
        ? 'There is a file where the data folder should be'
        : 'The data folder cannot be written to';
  return new PersonError({ what, where: path, remedy: MEND, cause });
};

/** The nearest folder above that exists: what a failed mkdir is about. Node reports a read-only one as "not found". */
const ground = (path: string): string => {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false }) || dirname(at) === at) return at;
  }
};

/** Makes the data folder and shows by writing that it can be written. Throws `PersonError`. */
export const prepareDataFolder = (dataDir: string): void => {
  const below = ground(dataDir);
  if (!statSync(below).isDirectory()) throw explain(below, { code: 'ENOTDIR' });
  const trial = join(below, `.eads-trial-${process.pid}`);
  try {
    const handle = openSync(trial, 'w', 0o600);
    writeSync(handle, 'written to see whether this folder can be written\n');
    fsyncSync(handle);
    closeSync(handle);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explain(below, error);
  } finally {
    rmSync(trial, { force: true });
  }
};
