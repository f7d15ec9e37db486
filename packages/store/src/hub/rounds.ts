import type { Connection, Database } from '../database/pool.ts';
import { inTransaction } from '../database/transaction.ts';

/** One round of co-signing: a checkpoint that the nodes are asked to sign. */
export interface Round {
  readonly size: number;
  readonly checkpoint: string;
  /** The note with k or more cosignatures, once there are. */
  readonly witnessed: string | null;
  /** Age in ms, by PostgreSQL's clock. */
  readonly ageMs: number;
}

const COLUMNS = `size, checkpoint, witnessed, (extract(epoch FROM clock_timestamp() - opened_at) * 1000)::bigint AS "ageMs"`;

export const latestRound = async (database: Database, schema: string, epoch: number): Promise<Round | null> =>
  (
    await database.query<Round>(`SELECT ${COLUMNS} FROM ${schema}.rounds WHERE epoch = $1 ORDER BY size DESC LIMIT 1`, [
      epoch,
    ])
  ).rows[0] ?? null;

export const latestWitnessed = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
): Promise<Round | null> =>
  (
    await database.query<Round>(
      `SELECT ${COLUMNS} FROM ${schema}.rounds WHERE epoch = $1 AND witnessed IS NOT NULL ORDER BY size DESC LIMIT 1`,
      [epoch],
    )
  ).rows[0] ?? null;

/**
 * Opens a round for this checkpoint, unless one as large stands, one is under way (unwitnessed for less than `patienceMs`), or
 * one was opened less than `everyMs` ago. Replicas may try at once: one after the other, so that one row comes of it.
 */
export const openRound = (
  database: Database,
  schema: string,
  epoch: number,
  { size, checkpoint }: Pick<Round, 'size' | 'checkpoint'>,
  { everyMs, patienceMs }: { readonly everyMs: number; readonly patienceMs: number },
): Promise<void> =>
  inTransaction(database, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`round ${schema}`]);
    await connection.query(
      `INSERT INTO ${schema}.rounds (epoch, size, checkpoint, opened_at)
       SELECT $1, $2, $3, clock_timestamp() WHERE NOT EXISTS (
         SELECT 1 FROM ${schema}.rounds WHERE epoch = $1 AND (size >= $2
           OR opened_at > clock_timestamp() - $4 * interval '1 ms'
           OR (witnessed IS NULL AND opened_at > clock_timestamp() - $5 * interval '1 ms')))`,
      [epoch, size, checkpoint, everyMs, patienceMs],
    );
  });

/** The checkpoint of a round, or null where there is none of this size any more. */
export const readRound = async (
  database: Database,
  schema: string,
  epoch: number,
  size: number,
): Promise<Round | null> =>
  (await database.query<Round>(`SELECT ${COLUMNS} FROM ${schema}.rounds WHERE epoch = $1 AND size = $2`, [epoch, size]))
    .rows[0] ?? null;

/** Keeps a cosignature and how far its member has cosigned. Returns all lines of the round. */
export const keepCosignature = async (
  database: Database,
  schema: string,
  epoch: number,
  size: number,
  member: string,
  line: string,
): Promise<{ member: string; line: string }[]> => {
  await database.query(
    `INSERT INTO ${schema}.cosignatures (epoch, size, member, line) VALUES ($1, $2, $3, $4)
     ON CONFLICT (epoch, size, member) DO NOTHING`,
    [epoch, size, member, line],
  );
  await noteCosigner(database, schema, epoch, member, size);
  return (
    await database.query<{ member: string; line: string }>(
      `SELECT member, line FROM ${schema}.cosignatures WHERE epoch = $1 AND size = $2 ORDER BY member COLLATE "C"`,
      [epoch, size],
    )
  ).rows;
};

export const noteCosigner = async (
  database: Database,
  schema: string,
  epoch: number,
  member: string,
  size: number,
): Promise<void> => {
  await database.query(
    `INSERT INTO ${schema}.cosigners (epoch, member, size) VALUES ($1, $2, $3)
     ON CONFLICT (epoch, member) DO UPDATE SET size = greatest(cosigners.size, excluded.size)`,
    [epoch, member, size],
  );
};

export const cosignerSizes = async (database: Database, schema: string, epoch: number): Promise<Map<string, number>> =>
  new Map(
    (
      await database.query<{ member: string; size: number }>(
        `SELECT member, size FROM ${schema}.cosigners WHERE epoch = $1`,
        [epoch],
      )
    ).rows.map((row) => [row.member, row.size]),
  );

/** What lies longer than this behind a witnessed round serves nobody any more. */
const KEEP = "interval '1 minute'";

/** Writes down that the round reached its quorum, unless the run was frozen, and lets go of what it leaves behind. */
export const completeRound = async (
  database: Database,
  schema: string,
  epoch: number,
  size: number,
  witnessed: string,
): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.rounds SET witnessed = $3 FROM (SELECT 1 FROM ${schema}.head WHERE frozen IS NULL FOR SHARE) AS open
     WHERE epoch = $1 AND size = $2`,
    [epoch, size, witnessed],
  );
  await database.query(
    `WITH old AS (DELETE FROM ${schema}.rounds WHERE epoch = $1 AND size < $2 AND opened_at < now() - ${KEEP} RETURNING size)
     DELETE FROM ${schema}.cosignatures c USING old WHERE c.epoch = $1 AND c.size = old.size`,
    [epoch, size],
  );
};
