import { statfsSync } from 'node:fs';
import { diskFull, PostgresServerError } from './errors.ts';

/** PostgreSQL writes its log of 16 MiB segments ahead; with less room than one it does not start. */
const leastRoomBytes = 16 * 1024 * 1024;

/** The last lines of some output as one line, for the end of a sentence. */
export function tailOf(output: string, lines = 3): string {
  const kept = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return kept.slice(-lines).join(' | ').slice(-600) || 'it wrote nothing';
}

/** The causes that PostgreSQL's programs name in their output and that a person can mend; undefined for any other. */
export function knownCause(output: string, dataDir: string): PostgresServerError | undefined {
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(dataDir);
  const explains = /\b(FATAL|PANIC|error):/i.test(output);
  if (!explains && roomOn(dataDir) < leastRoomBytes) return diskFull(dataDir);
  if (/error while loading shared libraries|Library not loaded/.test(output)) return notRunnable(tailOf(output, 1));
  if (/Address already in use/.test(output)) {
    return new PostgresServerError(
      'port-in-use',
      'The loopback port chosen for PostgreSQL was taken by another program meanwhile; start again.',
    );
  }
  return undefined;
}

function roomOn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Binaries that are there but cannot be started: another C library, a missing library, a disk mounted noexec. */
export function notRunnable(reason: string, options?: ErrorOptions): PostgresServerError {
  return new PostgresServerError(
    'binaries-missing',
    `The bundled PostgreSQL does not run on this system (${reason}); install the dependencies again, or set DATABASE_URL to a PostgreSQL server of your own.`,
    options,
  );
}
