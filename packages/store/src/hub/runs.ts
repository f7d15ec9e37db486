import { migrate, runSchema } from '../database/migrate.ts';
import type { Database } from '../database/pool.ts';
import { inTransaction } from '../database/transaction.ts';
import { HUB_SCHEMA, hubMigrations, runMigrations } from './migrations.ts';

export type RunState = 'gathering' | 'open' | 'archived';

export interface RunRow {
  readonly run: string;
  readonly state: RunState;
  readonly called: readonly string[];
  readonly startNow: boolean;
  readonly createdAt: Date;
}

export interface EpochKeys {
  readonly origin: string;
  readonly logKey: Record<string, unknown>;
  readonly hubKey: Record<string, unknown>;
  readonly predecessor: string | null;
}

/** Prepares the hub's own schema and returns this installation's random name, made once. */
export const prepareHub = async (database: Database, newInstance: string): Promise<string> => {
  await migrate(database, HUB_SCHEMA, hubMigrations);
  await database.query(`INSERT INTO ${HUB_SCHEMA}.installation (instance) VALUES ($1) ON CONFLICT DO NOTHING`, [
    newInstance,
  ]);
  const { rows } = await database.query<{ instance: string }>(`SELECT instance FROM ${HUB_SCHEMA}.installation`);
  return rows[0]?.instance as string;
};

const RUN_COLUMNS = 'run, state, called, start_now AS "startNow", created_at AS "createdAt"';

export const listRuns = async (database: Database): Promise<RunRow[]> =>
  (await database.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM ${HUB_SCHEMA}.runs ORDER BY created_at, run`)).rows;

export const findRun = async (database: Database, run: string): Promise<RunRow | null> =>
  (await database.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM ${HUB_SCHEMA}.runs WHERE run = $1`, [run])).rows[0] ?? null;

/**
 * Creates a run with its first epoch, at size 0. Creating the same run twice leaves the first. Epochs are counted on where a run
 * of this name was deleted: an origin never names two logs. Returns whether it is new.
 */
export const createRun = async (
  database: Database,
  run: string,
  called: readonly string[],
  keysFor: (epoch: number) => EpochKeys,
): Promise<boolean> => {
  const schema = runSchema(run);
  await migrate(database, schema, runMigrations);
  return inTransaction(database, async (connection) => {
    const made = await connection.query(
      `INSERT INTO ${HUB_SCHEMA}.runs (run, state, called) VALUES ($1, 'gathering', $2) ON CONFLICT DO NOTHING`,
      [run, called],
    );
    if (made.rowCount === 0) return false;
    const { rows } = await connection.query<{ epoch: number }>(
      `SELECT epoch FROM ${HUB_SCHEMA}.past_epochs WHERE run = $1`,
      [run],
    );
    const epoch = (rows[0]?.epoch ?? 0) + 1;
    const keys = keysFor(epoch);
    await connection.query(
      `INSERT INTO ${schema}.epochs (epoch, origin, log_key, hub_key, predecessor) VALUES ($1, $2, $3, $4, $5)`,
      [epoch, keys.origin, keys.logKey, keys.hubKey, keys.predecessor],
    );
    await connection.query(
      `INSERT INTO ${schema}.head (epoch, size, time_ms, frontier, rseqs, state_version, server_started)
       VALUES ($1, 0, 0, '\\x0000000000000000', '{}', 0, pg_postmaster_start_time())`,
      [epoch],
    );
    return true;
  });
};

export const upgradeRun = (database: Database, run: string): Promise<void> =>
  migrate(database, runSchema(run), runMigrations);

export const setRunState = async (database: Database, run: string, state: RunState): Promise<void> => {
  await database.query(`UPDATE ${HUB_SCHEMA}.runs SET state = $2 WHERE run = $1`, [run, state]);
};

export const setStartNow = async (database: Database, run: string): Promise<void> => {
  await database.query(`UPDATE ${HUB_SCHEMA}.runs SET start_now = true WHERE run = $1`, [run]);
};

/** Deletes a run and everything in it, but for how far its epochs were counted. */
export const deleteRun = async (database: Database, run: string): Promise<void> => {
  const epoch = (await readEpoch(database, runSchema(run)).catch(() => null))?.epoch ?? 0;
  await inTransaction(database, async (connection) => {
    await connection.query(
      `INSERT INTO ${HUB_SCHEMA}.past_epochs (run, epoch) VALUES ($1, $2)
       ON CONFLICT (run) DO UPDATE SET epoch = greatest(past_epochs.epoch, excluded.epoch)`,
      [run, epoch],
    );
    await connection.query(`DROP SCHEMA IF EXISTS ${runSchema(run)} CASCADE`);
    await connection.query(`DELETE FROM ${HUB_SCHEMA}.runs WHERE run = $1`, [run]);
  });
};

export const readEpoch = async (
  database: Database,
  schema: string,
): Promise<(EpochKeys & { epoch: number }) | null> => {
  const { rows } = await database.query<EpochKeys & { epoch: number }>(
    `SELECT e.epoch, e.origin, e.log_key AS "logKey", e.hub_key AS "hubKey", e.predecessor
     FROM ${schema}.epochs e JOIN ${schema}.head h USING (epoch)`,
  );
  return rows[0] ?? null;
};

/**
 * Begins the epoch after `from`: a new origin, an empty tree, fresh log and hub keys. Dedupe and notices stay: they are the run's.
 * Returns false, and changes nothing, where the run is in another epoch by now, or archived.
 */
export const beginEpoch = (database: Database, schema: string, from: number, keys: EpochKeys): Promise<boolean> =>
  inTransaction(database, async (connection) => {
    const { rowCount } = await connection.query(
      `SELECT 1 FROM ${schema}.head h JOIN ${schema}.epochs e USING (epoch)
       WHERE h.epoch = $1 AND e.log_key <> '{}'::jsonb FOR UPDATE OF h`,
      [from],
    );
    if (rowCount === 0) return false;
    await connection.query(
      `INSERT INTO ${schema}.epochs (epoch, origin, log_key, hub_key, predecessor) VALUES ($1, $2, $3, $4, $5)`,
      [from + 1, keys.origin, keys.logKey, keys.hubKey, keys.predecessor],
    );
    await connection.query(
      `UPDATE ${schema}.head SET epoch = $1, size = 0, time_ms = 0, frontier = '\\x0000000000000000', checkpoint = NULL, rseqs = '{}',
         state_version = 0, server_started = pg_postmaster_start_time(), frozen = NULL, evidence = NULL`,
      [from + 1],
    );
    await connection.query(`DELETE FROM ${schema}.enrolments`);
    return true;
  });

export const enrol = async (database: Database, schema: string, member: string, block: string): Promise<void> => {
  await database.query(
    `INSERT INTO ${schema}.enrolments (member, block) VALUES ($1, $2)
     ON CONFLICT (member) DO UPDATE SET block = excluded.block, at = now()`,
    [member, block],
  );
};

export const listEnrolments = async (
  database: Database,
  schema: string,
): Promise<{ member: string; block: string }[]> =>
  (
    await database.query<{ member: string; block: string }>(
      `SELECT member, block FROM ${schema}.enrolments ORDER BY member COLLATE "C"`,
    )
  ).rows;
