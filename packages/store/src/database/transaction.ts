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
    await connection.query('ROLLBACK').catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    connection.off('error', onError);
    connection.release(broken);
  }
};

/** An answer of the server itself (it carries a SQLSTATE), as against a line that was cut. */
const isServerError = (error: unknown): boolean =>
  typeof (error as { severity?: unknown }).severity === 'string' &&
  typeof (error as { code?: unknown }).code === 'string' &&
  !String((error as { code: string }).code).startsWith('57P');
