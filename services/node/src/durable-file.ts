import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const syncFolder = (folder: string): void => {
  // Windows opens no folder for this; its rename is durable with the file.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const writeSynced = (path: string, text: string): void => {
  const handle = openSync(path, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/**
 * Replaces a file (mode 0600) so that after a crash at any moment the old text or the new one stands, whole. On return it is
 * on disk. Folders on the way are made with mode 0700.
 */
export const writeDurably = (path: string, text: string): void => {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${process.pid}-${path.slice(folder.length + 1)}.new`);
  writeSynced(temporary, text);
  renameSync(temporary, path);
  syncFolder(folder);
};

/** The file's text, or null where there is none. */
export const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
