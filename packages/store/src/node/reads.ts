import type { Database } from '../database/pool.ts';
import { inTransaction } from '../database/transaction.ts';

/** One line of the log of reads and searches. `hash` covers it and the line before, so that none is changed or taken out. */
export interface ReadLine {
  readonly n: number;
  /** ISO, UTC, ms. */
  readonly at: string;
  readonly seat: string;
  readonly purpose: string;
  readonly action: 'read' | 'search';
  readonly what: string;
  readonly previous: string;
  readonly hash: string;
}

interface ReadRow extends Omit<ReadLine, 'at'> {
  readonly at: Date;
}

const toLine = (row: ReadRow): ReadLine => ({ ...row, at: row.at.toISOString() });

/**
 * Appends a line. One at a time a run: the table is locked for writers, so that each line has one successor.
 * @param hashOf the hash of a line, over everything else in it
 */
export const appendRead = (
  database: Database,
  schema: string,
  line: Pick<ReadLine, 'at' | 'seat' | 'purpose' | 'action' | 'what'>,
  hashOf: (line: Omit<ReadLine, 'hash'>) => string,
  first: string,
): Promise<ReadLine> =>
  inTransaction(database, async (connection) => {
    await connection.query(`LOCK TABLE ${schema}.reads IN SHARE ROW EXCLUSIVE MODE`);
    const { rows } = await connection.query<{ n: number; hash: string }>(
      `SELECT n, hash FROM ${schema}.reads ORDER BY n DESC LIMIT 1`,
    );
    const open = { ...line, n: (rows[0]?.n ?? 0) + 1, previous: rows[0]?.hash ?? first };
    const whole = { ...open, hash: hashOf(open) };
    await connection.query(
      `INSERT INTO ${schema}.reads (n, at, seat, purpose, action, what, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [whole.n, whole.at, whole.seat, whole.purpose, whole.action, whole.what, whole.previous, whole.hash],
    );
    return whole;
  });

/** In order, from line `from` on. */
export const listReads = async (database: Database, schema: string, from: number, limit: number): Promise<ReadLine[]> =>
  (
    await database.query<ReadRow>(
      `SELECT n, at, seat, purpose, action, what, previous, hash FROM ${schema}.reads WHERE n >= $1 ORDER BY n LIMIT $2`,
      [from, limit],
    )
  ).rows.map(toLine);
