import type { Connection, Database } from '../database/pool.ts';
import { ENTRY_COLUMNS, type HeldEntry } from './entries.ts';

/** An entry that is to be handled: for the first time, or after it failed `attempts` times. */
export interface EntryToHandle extends HeldEntry {
  readonly attempts: number | null;
}

/** What waits for its first handling, in the ledger's order, earlier epochs first. */
export const freshEntries = async (database: Database, schema: string, limit: number): Promise<EntryToHandle[]> =>
  (
    await database.query<EntryToHandle>({
      name: `fresh ${schema}`,
      text: `SELECT f.* FROM ${schema}.epochs p CROSS JOIN LATERAL (
               SELECT ${ENTRY_COLUMNS}, NULL::int AS attempts FROM ${schema}.entries e
               WHERE e.epoch = p.epoch AND e.seq >= p.handled AND e.record IS NOT NULL ORDER BY e.seq LIMIT $1) f
             ORDER BY f.epoch, f.seq LIMIT $1`,
      values: [limit],
    })
  ).rows;

/** What failed, and its time has come. */
export const entriesToRetry = async (database: Database, schema: string, limit: number): Promise<EntryToHandle[]> =>
  (
    await database.query<EntryToHandle>({
      name: `retry ${schema}`,
      text: `SELECT ${ENTRY_COLUMNS}, h.attempts FROM ${schema}.handling h JOIN ${schema}.entries e USING (epoch, seq)
             WHERE h.state = 'failed' AND h.retry_at <= now() ORDER BY e.epoch, e.seq LIMIT $1`,
      values: [limit],
    })
  ).rows;

/** Everything before `seq` of an epoch has been handled, or has a row that says otherwise. */
export const handledThrough = async (
  connection: Database | Connection,
  schema: string,
  epoch: number,
  seq: number,
): Promise<void> => {
  await connection.query({
    name: `handled ${schema}`,
    text: `UPDATE ${schema}.epochs SET handled = $2 WHERE epoch = $1 AND handled < $2`,
    values: [epoch, seq],
  });
};

/** What came of an entry that is not done. */
export interface Unhandled {
  readonly epoch: number;
  readonly seq: number;
  readonly state: 'failed' | 'not-understood';
  readonly error: string | null;
  /** When to try again; null: never by itself. */
  readonly retryMs: number | null;
}

export const keepUnhandled = async (connection: Connection, schema: string, entry: Unhandled): Promise<void> => {
  await connection.query(
    `INSERT INTO ${schema}.handling AS h (epoch, seq, state, attempts, error, retry_at)
     VALUES ($1, $2, $3, 1, $4, now() + $5::float8 * interval '1 millisecond')
     ON CONFLICT (epoch, seq) DO UPDATE
       SET state = excluded.state, attempts = h.attempts + 1, error = excluded.error, retry_at = excluded.retry_at`,
    [entry.epoch, entry.seq, entry.state, entry.error?.slice(0, 500) ?? null, entry.retryMs],
  );
};

/** Entries that failed before are done now. */
export const dropUnhandled = async (
  connection: Connection,
  schema: string,
  epoch: number,
  seq: number,
): Promise<void> => {
  await connection.query(`DELETE FROM ${schema}.handling WHERE epoch = $1 AND seq = $2`, [epoch, seq]);
};

/** Entries of kinds that were not understood are looked at again, after an upgrade. */
export const reopenNotUnderstood = async (database: Database, schema: string): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.handling SET state = 'failed', retry_at = now() WHERE state = 'not-understood'`,
  );
};

export interface HandlingCounts {
  readonly pending: number;
  readonly failed: number;
  readonly notUnderstood: number;
}

/** How many entries wait, failed, or were not understood. */
export const handlingCounts = async (database: Database, schema: string): Promise<HandlingCounts> =>
  (
    await database.query<HandlingCounts>(
      `SELECT (SELECT count(*) FROM ${schema}.epochs p JOIN ${schema}.entries e USING (epoch)
           WHERE e.seq >= p.handled AND e.record IS NOT NULL) AS pending,
         count(*) FILTER (WHERE state = 'failed') AS failed,
         count(*) FILTER (WHERE state = 'not-understood') AS "notUnderstood"
       FROM ${schema}.handling`,
    )
  ).rows[0] as HandlingCounts;
