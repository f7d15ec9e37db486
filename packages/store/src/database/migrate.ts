import type { Database } from './pool.ts';
import { inTransaction } from './transaction.ts';

/** One step of a schema, in order, never changed once landed. `$schema` in its text stands for the quoted schema. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The PostgreSQL schema that holds everything of one run: nothing crosses between runs, deleting one is one DROP. */
export const runSchema = (run: string): string => `"run ${run}"`;

/** Brings a schema up to date. Several processes may try at once: an advisory lock lets one do it. */
export const migrate = (database: Database, schema: string, migrations: readonly Migration[]): Promise<void> =>
  inTransaction(database, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`migrate ${schema}`]);
    await connection.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS ${schema}.migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
    );
    const done = await connection.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`);
    const names = new Set(done.rows.map((row) => row.name));
    const known = new Set(migrations.map((migration) => migration.name));
    const newer = [...names].find((name) => !known.has(name));
    if (newer !== undefined) {
      throw new Error(
        `The database was written by a newer version (step "${newer}"). Start that version, or restore a backup.`,
      );
    }
    for (const { name, sql } of migrations) {
      if (names.has(name)) continue;
      await connection.query(sql.replaceAll('$schema', schema));
      await connection.query(`INSERT INTO ${schema}.migrations (name) VALUES ($1)`, [name]);
    }
  });
