import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { copyFile, rm, truncate } from 'node:fs/promises';
import { hasSystemCode } from './errors.ts';

const maximumBytes = 4 * 1024 * 1024;

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

/** Opened for appending, so that cutting the file back while the server writes to it leaves no hole. */
export function openLog(path: string): { descriptor: number; offset: number; close(): void } {
  const offset = sizeOf(path);
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, offset, close: () => closeSync(descriptor) };
}

/** Keeps one older log of the same size beside it; together they never take more than a few megabytes. */
export async function boundLog(path: string, limit: number = maximumBytes): Promise<void> {
  if (sizeOf(path) <= limit) return;
  await rm(`${path}.1`, { force: true });
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
}

/** What was written after `offset`, at most the last 64 KiB. */
export function readLogFrom(path: string, offset: number): string {
  const size = sizeOf(path);
  const start = Math.max(size < offset ? 0 : offset, size - 65_536);
  const bytes = Buffer.alloc(size - start);
  if (bytes.length === 0) return '';
  const descriptor = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start)).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
