import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/server.ts';
import { type Database, openDatabase } from './pool.ts';
import { CommitUnknown, inTransaction } from './transaction.ts';

describe('a transaction', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-tx-'));
  let server: EmbeddedPostgres;
  let database: Database;
  let other: Database;
  beforeAll(async () => {
    server = await startEmbeddedPostgres({ dataDir: folder });
    const url = await server.ensureDatabase('tx');
    database = openDatabase(url, { max: 2, applicationName: 'tx', queryTimeoutMs: 1_500 });
    other = openDatabase(url, { max: 1, applicationName: 'other' });
    await other.query(`
      CREATE TABLE kept (n int);
      CREATE TABLE slow (n int);
      CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(new.n); RETURN new; END $$;
      CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger();
      CREATE TABLE strict (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)`);
  });
  afterAll(async () => {
    await database?.end();
    await other?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const backendOf = async (of: { query: Database['query'] }): Promise<number> =>
    (await of.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid as number;
  const count = async (table: string): Promise<number> =>
    Number((await other.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);
  const stillWorks = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await inTransaction(database, (connection) => connection.query('SELECT 1'));
  };

  it('keeps what its work wrote, or nothing where the work fails', async () => {
    await inTransaction(database, (connection) => connection.query('INSERT INTO kept VALUES (1)'));
    const failing = inTransaction(database, async (connection) => {
      await connection.query('INSERT INTO kept VALUES (2)');
      throw new Error('planted');
    });
    await expect(failing).rejects.toThrow('planted');
    expect(await count('kept')).toBe(1);
    await stillWorks();
  });

  it('fails, and says so plainly, where the server answers COMMIT with an error', async () => {
    const doubled = inTransaction(database, (connection) => connection.query('INSERT INTO strict VALUES (1), (1)'));
    await expect(doubled).rejects.toMatchObject({ code: '23505' });
    await expect(doubled).rejects.not.toBeInstanceOf(CommitUnknown);
    expect(await count('strict')).toBe(0);
    await stillWorks();
  });

  it('is of unknown outcome where the server ends the connection while it commits', async () => {
    const pid = Promise.withResolvers<number>();
    const ended = inTransaction(database, async (connection) => {
      pid.resolve(await backendOf(connection));
      await connection.query('INSERT INTO slow VALUES (1)');
    });
    const backend = await pid.promise;
    for (;;) {
      const { rows } = await other.query(`SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query = 'COMMIT'`, [
        backend,
      ]);
      if (rows.length > 0) break;
    }
    await other.query('SELECT pg_terminate_backend($1)', [backend]);
    await expect(ended).rejects.toBeInstanceOf(CommitUnknown);
    await stillWorks();
  });

  it('is of unknown outcome where COMMIT is not answered in time, and the line is not used again', async () => {
    const backends: number[] = [];
    const late = inTransaction(database, async (connection) => {
      backends.push(await backendOf(connection));
      await connection.query('INSERT INTO slow VALUES (3)');
    });
    await expect(late).rejects.toBeInstanceOf(CommitUnknown);
    await stillWorks();
    const used = await Promise.all([1, 2].map(() => inTransaction(database, backendOf)));
    expect(used).not.toContain(backends[0]);
  });

  it('fails where a statement is not answered in time, and the line is not used again', async () => {
    const backends: number[] = [];
    const late = inTransaction(database, async (connection) => {
      backends.push(await backendOf(connection));
      await connection.query('SELECT pg_sleep(3)');
    });
    await expect(late).rejects.toThrow('Query read timeout');
    await expect(late).rejects.not.toBeInstanceOf(CommitUnknown);
    const used = await Promise.all([1, 2].map(() => inTransaction(database, backendOf)));
    expect(used).not.toContain(backends[0]);
  });
});
