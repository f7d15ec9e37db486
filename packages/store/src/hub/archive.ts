import { migrate, runSchema } from '../database/migrate.ts';
import type { Database } from '../database/pool.ts';
import { inTransaction } from '../database/transaction.ts';
import { appendBatch, type NewEntry, type NewHead, type NewSubtree } from './append.ts';
import { HUB_SCHEMA, runMigrations } from './migrations.ts';

/**
 * Closes a run for good: nothing is sequenced any more, and the private keys of its log and hub are gone. What it needs to
 * be exported later is the manifest that was signed before. Returns false, and changes nothing, where the ledger is open or
 * has another size than the manifest says.
 */
export const archiveRun = (
  database: Database,
  run: string,
  { manifest, size }: { readonly manifest: string; readonly size: number },
): Promise<boolean> =>
  inTransaction(database, async (connection) => {
    const schema = runSchema(run);
    const { rows } = await connection.query<{ epoch: number }>(
      `SELECT epoch FROM ${schema}.head WHERE size = $1 AND frozen IS NOT NULL FOR UPDATE`,
      [size],
    );
    if (!rows[0]) return false;
    await connection.query(`UPDATE ${HUB_SCHEMA}.runs SET state = 'archived' WHERE run = $1`, [run]);
    await connection.query(`UPDATE ${schema}.epochs SET manifest = $1 WHERE epoch = $2`, [manifest, rows[0].epoch]);
    await connection.query(`UPDATE ${schema}.epochs SET log_key = '{}', hub_key = '{}'`);
    await connection.query(`UPDATE ${schema}.sessions SET online = false`);
    return true;
  });

/** What an archived run is exported with, and its epoch. */
export interface ArchivedEpoch {
  readonly epoch: number;
  readonly origin: string;
  readonly manifest: string | null;
}

export const readArchivedEpoch = async (database: Database, schema: string): Promise<ArchivedEpoch | null> =>
  (
    await database.query<ArchivedEpoch>(
      `SELECT e.epoch, e.origin, e.manifest FROM ${schema}.epochs e JOIN ${schema}.head h USING (epoch)`,
    )
  ).rows[0] ?? null;

/** A run as an export holds it. */
export interface RestoredRun {
  readonly run: string;
  readonly called: readonly string[];
  readonly epoch: number;
  readonly origin: string;
  readonly manifest: string;
  readonly witnessed: { readonly size: number; readonly note: string } | null;
  readonly head: NewHead;
  readonly subtrees: readonly NewSubtree[];
  /** Entries in order, a batch at a time. */
  readonly batches: () => AsyncIterable<readonly (NewEntry & { readonly erasedBy: string | null })[]>;
}

/** Lays an export down as an archived run. Throws where a run of that name exists. */
export const restoreRun = async (database: Database, restored: RestoredRun): Promise<boolean> => {
  const { run, called, epoch, origin, manifest, witnessed, head, subtrees } = restored;
  const schema = runSchema(run);
  const { rowCount } = await database.query(`SELECT 1 FROM ${HUB_SCHEMA}.runs WHERE run = $1`, [run]);
  if (rowCount !== 0) return false;
  await database.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await migrate(database, schema, runMigrations);
  await inTransaction(database, async (connection) => {
    await connection.query(
      `INSERT INTO ${schema}.epochs (epoch, origin, log_key, hub_key, manifest) VALUES ($1, $2, '{}', '{}', $3)`,
      [epoch, origin, manifest],
    );
    await connection.query(
      `INSERT INTO ${schema}.head (epoch, size, time_ms, frontier, rseqs, state_version, server_started)
       VALUES ($1, 0, 0, '\\x0000000000000000', '{}', 0, pg_postmaster_start_time())`,
      [epoch],
    );
    for await (const entries of restored.batches()) {
      await appendBatch(connection, schema, epoch, { entries, notices: [], subtrees: [], head });
      const erased = entries.filter((entry) => entry.erasedBy !== null);
      for (const { seq, erasedBy } of erased) {
        await connection.query(`UPDATE ${schema}.entries SET erased_by = $3 WHERE epoch = $1 AND seq = $2`, [
          epoch,
          seq,
          erasedBy,
        ]);
      }
    }
    for (const { level, index, hash } of subtrees) {
      await connection.query(`INSERT INTO ${schema}.subtrees (epoch, level, index, hash) VALUES ($1, $2, $3, $4)`, [
        epoch,
        level,
        index,
        Buffer.from(hash),
      ]);
    }
    if (witnessed) {
      await connection.query(
        `INSERT INTO ${schema}.rounds (epoch, size, checkpoint, witnessed) VALUES ($1, $2, $3, $3)`,
        [epoch, witnessed.size, witnessed.note],
      );
    }
    await connection.query(`INSERT INTO ${HUB_SCHEMA}.runs (run, state, called) VALUES ($1, 'archived', $2)`, [
      run,
      called,
    ]);
  });
  return true;
};
