import type { Connection, Database } from './pool.ts';

/** The database as it stands at one moment, for a reader that takes its time. */
export interface Snapshot {
  readonly connection: Connection;
  close(): Promise<void>;
}

/**
 * Opens a read-only view that no later COMMIT changes (REPEATABLE READ). It holds a connection until it is closed: close it
 * whatever happens. A reader that stalls for `idleMs` loses it.
 */
export const openSnapshot = async (database: Database, idleMs = 60_000): Promise<Snapshot> => {
  const connection = await database.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  connection.on('error', onError);
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await connection.query('ROLLBACK').catch((error: Error) => {
      broken = error;
    });
    connection.off('error', onError);
    connection.release(broken);
  };
  try {
    await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await connection.query(`SET LOCAL idle_in_transaction_session_timeout = ${idleMs}`);
    return { connection, close };
  } catch (error) {
    await close();
    throw error;
  }
};
