import { join } from 'node:path';
import { PersonError } from '@eads/runtime';
import { ensureDatabaseOn, PostgresServerError, startEmbeddedPostgres } from '@eads/store';

/** Where databases come from: a server of our own under the data folder, or one that was named. */
export interface Databases {
  /** The address of a database, made where it is missing. */
  ensure(name: string): Promise<string>;
  stop(): Promise<void>;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The embedded server says what and how to mend it in one sentence with a semicolon. */
const forPerson = (error: unknown): unknown => {
  if (!(error instanceof PostgresServerError)) return error;
  const [what = error.message, ...remedy] = error.message.split('; ');
  return new PersonError({
    what,
    remedy: capital(remedy.join('; ')) || 'Look at log/eads.log in the data folder',
    cause: error,
  });
};

const named = (databaseUrl: string): Databases => ({
  ensure: (name) =>
    ensureDatabaseOn(databaseUrl, name).catch((cause: Error) => {
      throw new PersonError({
        what: `The database server of DATABASE_URL does not do what is asked: ${cause.message}`,
        remedy: 'Look whether it runs, and whether its role may create databases; or leave DATABASE_URL out',
        cause,
      });
    }),
  stop: async () => undefined,
});

/** Throws `PersonError` where there is no server to be had. */
export const openDatabases = async (
  dataDir: string,
  databaseUrl: string | null,
  onProgress: (text: string) => void,
): Promise<Databases> => {
  if (databaseUrl !== null) return named(databaseUrl);
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), onProgress }).catch(
    (error: unknown) => {
      throw forPerson(error);
    },
  );
  return { ensure: (name) => server.ensureDatabase(name), stop: () => server.stop() };
};
