import pg from 'pg';

/** One PostgreSQL database. int8 arrives as a number (a ledger stays far below 2^53), bytea as Buffer. */
export type Database = pg.Pool;
export type Connection = pg.PoolClient;

const INT8 = 20;
const INT8_ARRAY = 1016;

const parsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return Number;
    if (oid === INT8_ARRAY && format !== 'binary') return (text: string) => text.slice(1, -1).split(',').map(Number);
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

export interface DatabaseOptions {
  /** Connections at most. Eleven nodes share one server's hundred: keep it small. */
  readonly max: number;
  readonly applicationName: string;
  /** How long a statement may take until its answer is not waited for any more, ms; 20 s unless told. */
  readonly queryTimeoutMs?: number;
  /** Told of errors on idle connections; the pool itself goes on. */
  readonly onError?: (error: Error) => void;
}

export const openDatabase = (
  url: string,
  { max, applicationName, queryTimeoutMs = 20_000, onError }: DatabaseOptions,
): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    types: parsers,
    keepAlive: true,
    // A server that is gone without a word is noticed within seconds, not hours.
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: 2_000,
    lock_timeout: 2_000,
  });
  pool.on('error', (error) => onError?.(error));
  return pool;
};
