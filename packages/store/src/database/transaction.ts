import type { Connection, Database } from './pool.ts';

/**
 * COMMIT was sent and its answer never came: what was written may stand or not.
 * Whoever catches this reconnects, reads what stands, and decides from that.
 */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** Runs `work` in one READ COMMITTED transaction on one connection. A failed connection is not given back to the pool. */
export const inTransaction = async <Result>(
  database: Database,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> => {
  const connection = await database.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  connection.on('error', onError);
  let committing = false;
  try {
    await connection.query('BEGIN');
    const result = await work(connection);
    committing = true;
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    if (committing && !isServerError(error)) {
      broken = error as Error;
      throw new CommitUnknown('COMMIT was not answered', { cause: error });
    }
    if (isTimeout(error)) broken = error as Error;
    else {
      await connection.query('ROLLBACK').catch((rollback: Error) => {
        broken = rollback;
      });
    }
    throw error;
  } finally {
    connection.off('error', onError);
    connection.release(broken);
  }
};

/**
 * An answer of the server to this statement alone, as against a line that was cut, or a server that goes down (FATAL, PANIC):
 * of those nobody knows how far they came.
 */
const isServerError = (error: unknown): boolean =>
  (error as { severity?: unknown }).severity === 'ERROR' && typeof (error as { code?: unknown }).code === 'string';

/** `pg` gave up waiting for an answer: the connection is of no use any more. */
const isTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';
