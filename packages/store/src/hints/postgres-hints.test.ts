import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/pool.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/server.ts';
import type { Hints } from './hints.ts';
import { openPostgresHints } from './postgres-hints.ts';

describe('hints over NOTIFY', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-hints-'));
  let server: EmbeddedPostgres;
  let database: Database;
  let one: Hints;
  let other: Hints;
  const errors: Error[] = [];
  let tellers: number[] = [];
  beforeAll(async () => {
    server = await startEmbeddedPostgres({ dataDir: folder });
    const url = await server.ensureDatabase('hints');
    database = openDatabase(url, { max: 1, applicationName: 'test' });
    one = await openPostgresHints(url, (error) => void errors.push(error));
    const { rows } = await database.query(`SELECT pid FROM pg_stat_activity WHERE application_name = 'eads hints'`);
    tellers = rows.map(({ pid }) => pid);
    other = await openPostgresHints(url, (error) => void errors.push(error));
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
    await database?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const heard = (hints: Hints, topic: string) => {
    const values: number[] = [];
    let waiting = (): void => undefined;
    const off = hints.subscribe(topic, (value) => {
      values.push(value);
      waiting();
    });
    const until = (value: number): Promise<void> =>
      new Promise((resolve) => {
        waiting = () => {
          if (values.includes(value)) resolve();
        };
        waiting();
      });
    return { values, until, off };
  };
  const cutAll = () =>
    database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'eads hints'`);

  it('tells the others the newest of a burst, each topic by itself', async () => {
    const here = heard(other, 'practice/head');
    const elsewhere = heard(other, 'drill/head');
    for (let n = 1; n <= 500; n++) one.publish('practice/head', n);
    one.publish('drill/head', 7);
    await here.until(500);
    await elsewhere.until(7);
    expect(here.values.length).toBeLessThan(500);
    expect(here.values.toSorted((a, b) => a - b)).toEqual(here.values);
    expect(elsewhere.values).toEqual([7]);
    here.off();
    elsewhere.off();
  });

  it('tells what could not be told as soon as its line is back', async () => {
    const { until, off } = heard(other, 'practice/head');
    await database.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS t (pid)', [tellers]);
    one.publish('practice/head', 501);
    await until(501);
    expect(errors.length).toBeGreaterThan(0);
    off();
  });

  it('says when its line came back, since what was told meanwhile was not heard', async () => {
    const back = Promise.all([one, other].map((hints) => new Promise<void>((resolve) => hints.onReconnect(resolve))));
    const { until, off } = heard(other, 'practice/head');
    await cutAll();
    await back;
    one.publish('practice/head', 502);
    await until(502);
    off();
  });

  it('never throws and never waits, also when the server is away and after it was closed', async () => {
    await one.close();
    expect(() => one.publish('practice/head', 1)).not.toThrow();
  });
});
