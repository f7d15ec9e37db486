import { migrate, runSchema } from '../database/migrate.ts';
import type { Connection, Database } from '../database/pool.ts';
import { nodeMigrations } from './migrations.ts';

/** One epoch that this node took part in. */
export interface NodeEpoch {
  readonly epoch: number;
  readonly origin: string;
  /** The genesis envelope, as received. */
  readonly genesis: string;
  /** base64 SHA-256 of it: what the trust file pins. */
  readonly genesisHash: string;
}

/** How far this node has come: one row, replaced in the transaction that stores the bytes it speaks of. */
export interface NodeCursor extends NodeEpoch {
  /** The first seq not held. */
  readonly next: number;
  /** This member's own dense number at `next`. */
  readonly rseq: number;
  /** Encoded frontier of the tree of size `next`. */
  readonly frontier: Buffer;
  /** The largest log-signed checkpoint held, a note, and its size. */
  readonly logSize: number;
  readonly logNote: string | null;
  /** The largest checkpoint of which this node itself verified a quorum. */
  readonly witnessedSize: number;
  readonly witnessedNote: string | null;
  /** ms */
  readonly witnessedAt: number | null;
  /** The database's own record of the witness file: the largest size cosigned, and by which key. */
  readonly cosignedSize: number;
  readonly witnessKey: string | null;
  /** Why this node no longer cosigns, or null. */
  readonly cosigningStopped: string | null;
  /** What the last delivery statement said, and when, in ms. */
  readonly statedRseq: number;
  readonly statedAt: number | null;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

const COLUMNS = `c.epoch, e.origin, e.genesis, e.genesis_hash AS "genesisHash", c.next, c.rseq, c.frontier,
  c.log_size AS "logSize", c.log_note AS "logNote", c.witnessed_size AS "witnessedSize", c.witnessed_note AS "witnessedNote",
  ${ms('c.witnessed_at')} AS "witnessedAt", c.cosigned_size AS "cosignedSize", c.witness_key AS "witnessKey",
  c.cosigning_stopped AS "cosigningStopped", c.stated_rseq AS "statedRseq", ${ms('c.stated_at')} AS "statedAt"`;

export const upgradeNodeRun = (database: Database, run: string): Promise<void> =>
  migrate(database, runSchema(run), nodeMigrations);

/** The runs that this node's database holds. */
export const heldRuns = async (database: Database): Promise<string[]> =>
  (
    await database.query<{ run: string }>(
      `SELECT substr(n.nspname, 5) AS run FROM pg_namespace n
       WHERE n.nspname LIKE 'run %' AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'cursor')
       ORDER BY 1`,
    )
  ).rows.map((row) => row.run);

/** Null before the run's first genesis was pinned. */
export const readNodeCursor = async (database: Database | Connection, schema: string): Promise<NodeCursor | null> =>
  (await database.query<NodeCursor>(`SELECT ${COLUMNS} FROM ${schema}.cursor c JOIN ${schema}.epochs e USING (epoch)`))
    .rows[0] ?? null;

/** Takes the inbox's lock for this transaction, then reads. */
export const lockNodeCursor = async (connection: Connection, schema: string): Promise<NodeCursor> => {
  await connection.query(`SELECT 1 FROM ${schema}.cursor FOR UPDATE`);
  const cursor = await readNodeCursor(connection, schema);
  if (!cursor) throw new Error('The run has no cursor row: its genesis was never pinned.');
  return cursor;
};

/** Begins an epoch: an empty tree, next = 0. Beginning the same one twice changes nothing. */
export const beginNodeEpoch = async (
  connection: Connection,
  schema: string,
  { origin, genesis, genesisHash }: Omit<NodeEpoch, 'epoch'>,
): Promise<number> => {
  const { rows } = await connection.query<{ epoch: number }>(
    `INSERT INTO ${schema}.epochs (epoch, origin, genesis, genesis_hash)
     SELECT coalesce(max(epoch), 0) + 1, $1, $2, $3 FROM ${schema}.epochs
     ON CONFLICT (origin) DO NOTHING RETURNING epoch`,
    [origin, genesis, genesisHash],
  );
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) {
    const known = await connection.query<{ epoch: number }>(`SELECT epoch FROM ${schema}.epochs WHERE origin = $1`, [
      origin,
    ]);
    return known.rows[0]?.epoch as number;
  }
  await connection.query(`DELETE FROM ${schema}.cursor`);
  await connection.query(`INSERT INTO ${schema}.cursor (epoch) VALUES ($1)`, [epoch]);
  return epoch;
};

export const listNodeEpochs = async (database: Database | Connection, schema: string): Promise<NodeEpoch[]> =>
  (
    await database.query<NodeEpoch>(
      `SELECT epoch, origin, genesis, genesis_hash AS "genesisHash" FROM ${schema}.epochs ORDER BY epoch`,
    )
  ).rows;

/** Moves the cursor on, and locks it. Returns false where it does not stand at `from`: another process moved it. */
export const moveCursor = async (
  connection: Connection,
  schema: string,
  epoch: number,
  from: number,
  to: { readonly next: number; readonly rseq: number; readonly frontier: Uint8Array },
): Promise<boolean> =>
  (
    await connection.query({
      name: `move cursor ${schema}`,
      text: `UPDATE ${schema}.cursor SET next = $3, rseq = $4, frontier = $5 WHERE epoch = $1 AND next = $2`,
      values: [epoch, from, to.next, to.rseq, Buffer.from(to.frontier)],
    })
  ).rowCount === 1;

/** The larger of two log-signed checkpoints is kept. `$1` is its size, `$2` the note. */
const KEEP_LOG_NOTE = `log_size = CASE WHEN log_note IS NULL OR log_size < $1 THEN $1 ELSE log_size END,
  log_note = CASE WHEN log_note IS NULL OR log_size < $1 THEN $2 ELSE log_note END`;

/** Keeps a checkpoint whose quorum and root this node verified. */
export const keepWitnessedNote = async (
  connection: Connection,
  schema: string,
  epoch: number,
  size: number,
  note: string,
): Promise<void> => {
  await connection.query(
    `UPDATE ${schema}.cursor SET witnessed_size = $1, witnessed_note = $2, witnessed_at = now(), ${KEEP_LOG_NOTE}
     WHERE epoch = $3 AND (witnessed_note IS NULL OR witnessed_size < $1)`,
    [size, note, epoch],
  );
};

/** The database's own word on how far the witness file went, and the checkpoint; the file is written first. */
export const keepCosigned = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  key: string,
  size: number,
  note: string,
): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.cursor
     SET cosigned_size = CASE WHEN witness_key = $4 THEN greatest(cosigned_size, $1) ELSE $1 END, witness_key = $4,
       ${KEEP_LOG_NOTE}
     WHERE epoch = $3`,
    [size, note, epoch, key],
  );
};

/** The first reason stays; null lets it cosign again (after a new witness key). */
export const stopCosigning = async (
  database: Database | Connection,
  schema: string,
  reason: string | null,
): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.cursor SET cosigning_stopped = CASE WHEN $1::text IS NULL THEN NULL ELSE coalesce(cosigning_stopped, $1) END`,
    [reason],
  );
};

export const keepStated = async (connection: Connection, schema: string, rseq: number, atMs: number): Promise<void> => {
  await connection.query(`UPDATE ${schema}.cursor SET stated_rseq = $1, stated_at = to_timestamp($2::float8 / 1000)`, [
    rseq,
    atMs,
  ]);
};

/** Renames a run's schema: what is held of it stays, and its name is free. */
export const setSchemaAside = async (database: Database, run: string, name: string): Promise<void> => {
  const { rowCount } = await database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [`run ${run}`]);
  if (rowCount === 0) return;
  if (!/^[a-z0-9 -]{1,60}$/.test(name)) throw new Error(`"${name}" is no name for a schema.`);
  await database.query(`ALTER SCHEMA ${runSchema(run)} RENAME TO "${name}"`);
};

/** Removes everything that a node's database holds of a run. */
export const dropNodeRun = async (database: Database, run: string): Promise<void> => {
  await database.query(`DROP SCHEMA IF EXISTS ${runSchema(run)} CASCADE`);
};
