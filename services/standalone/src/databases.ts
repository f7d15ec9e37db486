import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDatabaseOn, startEmbeddedPostgres } from '@eads/store';

/** Where databases come from: a server of our own under the data folder, or one that was named. */
export interface Databases {
  /** The address of a database, made where it is missing. */
  ensure(name: string): Promise<string>;
  stop(): Promise<void>;
  /** The embedded server's process id; null for a server that was named. */
  readonly pid: () => number | null;
}

export const openDatabases = async (
  dataDir: string,
  databaseUrl: string | null,
  onProgress: (text: string) => void,
): Promise<Databases> => {
  if (databaseUrl !== null) {
    return { ensure: (name) => ensureDatabaseOn(databaseUrl, name), stop: async () => undefined, pid: () => null };
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), onProgress });
  return { ensure: (name) => server.ensureDatabase(name), stop: () => server.stop(), pid: () => server.pid };
};
