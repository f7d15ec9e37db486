import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;

/** A log file that does not grow without end: over 20 MB it becomes `<path>.1` and a new one begins. */
export const openLogFile = (path: string): { write(line: string): void; close(): void } => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let handle = openSync(path, 'a', 0o600);
  let size = fstatSync(handle).size;
  return {
    write: (line) => {
      if (size > MAX_BYTES) {
        closeSync(handle);
        renameSync(path, `${path}.1`);
        handle = openSync(path, 'a', 0o600);
        size = 0;
      }
      try {
        size += writeSync(handle, line);
      } catch {
        // A full disk must not end the exchange because of its log: the database says it where it matters.
      }
    },
    close: () => closeSync(handle),
  };
};
