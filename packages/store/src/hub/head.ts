import type { Connection, Database } from '../database/pool.ts';

/** The run's one head row: what the sequencer locks, reads and replaces. */
export interface Head {
  readonly epoch: number;
  readonly origin: string;
  readonly size: number;
  /** Time of the last entry, ms. */
  readonly timeMs: number;
  /** Encoded frontier of the tree, from the row and never from memory. */
  readonly frontier: Uint8Array;
  /** The log-signed checkpoint of this size; null at size 0. */
  readonly checkpoint: string | null;
  /** Each member's own dense number. */
  readonly rseqs: Readonly<Record<string, number>>;
  /** Counts state events of the epoch. */
  readonly stateVersion: number;
  /** Why nothing is sequenced, or null. */
  readonly frozen: string | null;
  /** PostgreSQL's clock, ms, read with the row. */
  readonly nowMs: number;
  /** Whether the server has not been restarted since the head was last vouched for. */
  readonly sameServer: boolean;
  /** Names this start of the server. */
  readonly server: string;
}

interface HeadRow {
  epoch: number;
  origin: string;
  size: number;
  time_ms: number;
  frontier: Buffer;
  checkpoint: string | null;
  rseqs: Record<string, number>;
  state_version: number;
  frozen: string | null;
  now_ms: number;
  same_server: boolean;
  server: string;
}

const columns = `
  h.epoch, e.origin, h.size, h.time_ms, h.frontier, h.checkpoint, h.rseqs, h.state_version, h.frozen,
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms,
  h.server_started = pg_postmaster_start_time() AS same_server,
  extract(epoch FROM pg_postmaster_start_time())::text AS server`;

const toHead = (row: HeadRow): Head => ({
  epoch: row.epoch,
  origin: row.origin,
  size: row.size,
  timeMs: row.time_ms,
  frontier: row.frontier,
  checkpoint: row.checkpoint,
  rseqs: row.rseqs,
  stateVersion: row.state_version,
  frozen: row.frozen,
  nowMs: row.now_ms,
  sameServer: row.same_server,
  server: row.server,
});

export const readHead = async (database: Database | Connection, schema: string): Promise<Head | null> => {
  const { rows } = await database.query<HeadRow>(
    `SELECT ${columns} FROM ${schema}.head h JOIN ${schema}.epochs e USING (epoch)`,
  );
  return rows[0] ? toHead(rows[0]) : null;
};

/**
 * Takes the run's lock. A statement of its own: a snapshot taken before the lock would number from a head that has moved.
 * PostgreSQL's clock is read in the statement after, so that it is read under the lock.
 */
export const lockHead = async (connection: Connection, schema: string): Promise<Head> => {
  await connection.query(`SELECT 1 FROM ${schema}.head FOR UPDATE`);
  const head = await readHead(connection, schema);
  if (!head) throw new Error('The run has no head row: its epoch was never begun.');
  return head;
};

/** Stops the run on all replicas. The first reason stays. */
export const freeze = async (database: Database, schema: string, reason: string, evidence: string): Promise<void> => {
  await database.query(`UPDATE ${schema}.head SET frozen = $1, evidence = $2 WHERE frozen IS NULL`, [reason, evidence]);
};

/** A node vouched: its largest checkpoint is extended by this head. Returns how many vouched since this server started. */
export const vouch = async (database: Database, schema: string, member: string, size: number): Promise<number> => {
  await database.query(
    `INSERT INTO ${schema}.vouchers (server_started, member, size) VALUES (pg_postmaster_start_time(), $1, $2)
     ON CONFLICT (server_started, member) DO UPDATE SET size = greatest(vouchers.size, excluded.size)`,
    [member, size],
  );
  const { rows } = await database.query<{ n: number }>(
    `SELECT count(*) AS n FROM ${schema}.vouchers WHERE server_started = pg_postmaster_start_time()`,
  );
  return rows[0]?.n ?? 0;
};

/**
 * The ledger is shorter than `size`, at which it was read before: a copy was put in place of the database while its server ran. As
 * after a restart nothing is sequenced until enough nodes have vouched, and those of before do not count.
 */
export const distrustServer = async (database: Database, schema: string, size: number): Promise<void> => {
  await database.query(
    `WITH shrunk AS (UPDATE ${schema}.head SET server_started = 'epoch' WHERE size < $1 RETURNING 1)
     DELETE FROM ${schema}.vouchers WHERE server_started = pg_postmaster_start_time() AND EXISTS (SELECT 1 FROM shrunk)`,
    [size],
  );
};

/** Enough nodes vouched: this server may sequence. */
export const acceptServer = async (database: Database | Connection, schema: string): Promise<void> => {
  await database.query(`UPDATE ${schema}.head SET server_started = pg_postmaster_start_time()`);
};

/**
 * A person opens a ledger that is frozen or waits for the nodes to vouch. One that was archived has no key left and stays as it
 * is. Returns whether it is open now.
 */
export const openLedger = async (connection: Connection, schema: string): Promise<boolean> =>
  (
    await connection.query(
      `UPDATE ${schema}.head h SET server_started = pg_postmaster_start_time(), frozen = NULL, evidence = NULL
       FROM ${schema}.epochs e WHERE e.epoch = h.epoch AND e.log_key <> '{}'::jsonb`,
    )
  ).rowCount === 1;
