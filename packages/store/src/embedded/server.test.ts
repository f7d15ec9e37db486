import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { PostgresServerError } from './errors.ts';
import { readPostmasterFile } from './postmaster-process.ts';
import { requireDurable } from './require-durable.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './server.ts';

const base = mkdtempSync(join(tmpdir(), 'eads-pg-'));
/** A stopped server's folder with one row in it. Setting up and copying take long, so tests hand it on, each under its own path. */
const kept = join(base, 'kept');
const serverModule = new URL('./server.ts', import.meta.url).href;
const linuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

beforeAll(async () => {
  const server = await startEmbeddedPostgres({ dataDir: kept });
  await query(server.adminUrl, "CREATE TABLE note AS SELECT 'first' AS text");
  await server.stop();
}, 30_000);

afterAll(() => rmSync(base, { recursive: true, force: true }));

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function folderAs(...name: string[]): string {
  const dataDir = join(base, ...name);
  mkdirSync(dirname(dataDir), { recursive: true });
  renameSync(kept, dataDir);
  onTestFinished(() => renameSync(dataDir, kept));
  return dataDir;
}

/** For tests that do harm. */
function copyOfFolder(name: string): string {
  const dataDir = join(base, name);
  cpSync(kept, dataDir, { recursive: true });
  return dataDir;
}

async function started(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

async function refusal(options: EmbeddedPostgresOptions): Promise<PostgresServerError> {
  const outcome = await started(options).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(PostgresServerError);
  return outcome as PostgresServerError;
}

/** Another process of ours that runs a server; resolves once it serves. */
async function startElsewhere(options: EmbeddedPostgresOptions): Promise<{ child: ChildProcess; pid: number }> {
  const code = `const { startEmbeddedPostgres } = await import(${JSON.stringify(serverModule)});
    const server = await startEmbeddedPostgres(${JSON.stringify(options)});
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => killHard(child));
  const [chunk] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the other process ended'))),
  ]);
  return { child, pid: Number(chunk) };
}

async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that ended, but was not yet collected by whoever inherited it, counts as ended. */
function isRunning(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; await delay(30)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

const firstNote = [{ text: 'first' }];

describe('a server on its folder', () => {
  test('the first start sets up a database as asked for, reachable by nobody else', async () => {
    const server = await started({ dataDir: folderAs('second') });
    const [facts] = (await query(
      server.adminUrl,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale,
         current_setting('data_checksums') AS checksums, current_setting('listen_addresses') AS tcp,
         current_setting('max_connections')::int AS connections FROM pg_database WHERE datname = 'template1'`,
    )) as [object];
    expect(facts).toEqual({
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      checksums: 'on',
      tcp: server.socketDir === undefined ? '127.0.0.1' : '',
      connections: 200,
    });
    for (const name of ['cluster', 'password', ...(server.socketDir === undefined ? [] : ['socket'])]) {
      expect(statSync(join(base, 'second', name)).mode & 0o077, name).toBe(0);
    }
    await expect(query(server.adminUrl.replace(/:[^:@/]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
  });

  test('a second start keeps the data and runs no initdb', async () => {
    const told: string[] = [];
    const server = await started({ dataDir: folderAs('kept'), onProgress: (text) => told.push(text) });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    expect(told).toEqual([]);
    expect(server.adopted).toBe(false);
  });

  test("a member's login opens its own database only, and making one again changes nothing", async () => {
    const server = await started({ dataDir: folderAs('members') });
    await server.ensureDatabase('node-id', 'node_id');
    const url = await server.ensureDatabase('node-id', 'node_id');
    expect(url).toBe(server.urlFor('node-id', 'node_id'));
    expect(await query(url, 'SELECT current_user, current_database()')).toEqual([
      { current_user: 'node_id', current_database: 'node-id' },
    ]);
    await server.ensureDatabase('node-my');
    for (const foreign of ['node-my', 'postgres', 'template1']) {
      await expect(query(server.urlFor(foreign, 'node_id'), 'SELECT 1')).rejects.toThrow(/permission denied/);
    }
    await expect(server.ensureDatabase('kept"; DROP DATABASE kept; --')).rejects.toMatchObject({ code: 'bad-name' });
  });

  test('a path too long for a socket is served on loopback', async () => {
    const dataDir = folderAs('a-folder-with-a-rather-long-name'.repeat(3), 'über "quoted", %41 and spaced');
    const server = await started({ dataDir });
    expect(server).toMatchObject({ socketDir: undefined, host: '127.0.0.1' });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    const { port } = server;
    await server.restart();
    expect(server.port).toBe(port);
    expect(await query(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('variables of the shell neither steer the server nor reach it', async () => {
    const shell = {
      PGPORT: '1',
      PGDATA: '/nowhere',
      PGHOST: 'nowhere',
      PGUSER: 'x',
      PGPASSWORD: 'x',
      PGSSLMODE: 'require',
    };
    for (const [name, value] of Object.entries({ ...shell, TOKEN: 'planted-secret' })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await started({ dataDir: folderAs('shell') });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${server.pid}/environ`, 'utf8')).not.toMatch(/planted-secret|PGPORT/);
    }
  });

  test('a path with quotes, commas, percent signs and letters beyond ASCII is served on a socket', async () => {
    const dataDir = folderAs('ü "q", %41\' +&');
    const server = await started({ dataDir });
    expect(server.socketDir).toBe(process.platform === 'win32' ? undefined : join(dataDir, 'socket'));
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
  });
});

describe('after something was killed', () => {
  test('kill -9 of our process: the server ends by itself and the next start has the data', async () => {
    const dataDir = folderAs('orphan');
    const { child, pid } = await startElsewhere({ dataDir });
    await killHard(child);
    const server = await started({ dataDir });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    expect(server.pid).not.toBe(pid);
    expect(isRunning(pid)).toBe(false);
  });

  test('kill -9 of our process: a server left running is adopted, and stopped by the adopter', async () => {
    const dataDir = folderAs('adopted');
    const { child, pid } = await startElsewhere({ dataDir, stopWithParent: false });
    await killHard(child);
    const server = await started({ dataDir });
    expect(server).toMatchObject({ adopted: true, pid });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    await server.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test('a server left running with other settings is replaced, never doubled', async () => {
    const dataDir = folderAs('replaced');
    const { child, pid } = await startElsewhere({ dataDir, stopWithParent: false });
    await killHard(child);
    writeFileSync(
      join(dataDir, 'cluster', 'eads.conf'),
      `# an older release\n${readFileSync(join(dataDir, 'cluster', 'eads.conf'), 'utf8')}`,
    );
    const server = await started({ dataDir });
    expect(server.adopted).toBe(false);
    expect(isRunning(pid)).toBe(false);
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
  });

  test('kill -9 of the postmaster: it comes back at the same address with all that was committed', async () => {
    const told: string[] = [];
    const server = await started({ dataDir: folderAs('crash'), onProgress: (text) => told.push(text) });
    const url = server.adminUrl;
    await query(url, "CREATE TABLE crash AS SELECT 'second' AS text");
    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    const rows = await eventually(async () => {
      expect(server.pid).not.toBe(pid);
      return query(url, 'SELECT text FROM note UNION ALL SELECT text FROM crash');
    });
    expect(rows).toEqual([...firstNote, { text: 'second' }]);
    expect(told).toContain('PostgreSQL ended unexpectedly; starting it again');
  });

  test.skipIf(process.platform !== 'linux')(
    'kill -9 of all while a session is still at work: the next start waits for it, never opening the data twice',
    async () => {
      const dataDir = folderAs('lingering');
      const { child, pid } = await startElsewhere({ dataDir, stopWithParent: false });
      const password = readFileSync(join(dataDir, 'password'), 'utf8').trim();
      const busy = new pg.Client({ host: join(dataDir, 'socket'), user: 'postgres', database: 'postgres', password });
      busy.on('error', () => undefined);
      await busy.connect();
      const session = (await busy.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
      const work = busy.query('SELECT count(*) FROM generate_series(1, 3000000)').catch((error: unknown) => error);
      await eventually(async () => expect(readFileSync(`/proc/${session}/stat`, 'utf8')).toContain(' R '));
      await killHard(child);
      process.kill(pid, 'SIGKILL');
      const server = await started({ dataDir });
      expect(server.adopted).toBe(false);
      expect(isRunning(session)).toBe(false);
      expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
      await work;
      await busy.end().catch(() => undefined);
    },
  );

  test('without restartOnCrash it stays down until restarted', async () => {
    const told: string[] = [];
    const server = await started({
      dataDir: folderAs('down'),
      restartOnCrash: false,
      onProgress: (text) => told.push(text),
    });
    process.kill(server.pid, 'SIGKILL');
    await eventually(async () => expect(told).toEqual(['PostgreSQL ended unexpectedly']));
    await expect(query(server.adminUrl, 'SELECT 1')).rejects.toThrow();
    await server.restart();
    expect(await query(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('restart, in order or as a crash, keeps what was committed', async () => {
    const server = await started({ dataDir: folderAs('restart') });
    const url = server.adminUrl;
    await query(url, 'CREATE TABLE restarted (text text)');
    for (const mode of ['fast', 'immediate'] as const) {
      await query(url, `INSERT INTO restarted VALUES ('${mode}')`);
      await server.restart(mode);
    }
    expect(await query(url, 'SELECT text FROM restarted')).toEqual([{ text: 'fast' }, { text: 'immediate' }]);
  });

  test("a stale postmaster.pid that names a stranger's living process harms neither", async () => {
    const dataDir = folderAs('stranger');
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    writeFileSync(
      join(dataDir, 'cluster', 'postmaster.pid'),
      `${stranger.pid}\n${join(dataDir, 'cluster')}\n1700000000\n5432\n\n\n     1234         1\nready   \n`,
      { mode: 0o600 },
    );
    const server = await started({ dataDir });
    expect(await query(server.adminUrl, 'SELECT text FROM note')).toEqual(firstNote);
    await server.stop();
    expect(isRunning(stranger.pid ?? 0)).toBe(true);
  });

  test('an initdb that was cut short is done again and leaves nothing behind', async () => {
    const dataDir = join(base, 'half');
    mkdirSync(join(dataDir, 'initdb-Ab12cd', 'cluster', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'initdb-Ab12cd', 'cluster', 'PG_VERSION'), '18\n');
    const told: string[] = [];
    const server = await started({ dataDir, onProgress: (text) => told.push(text) });
    expect(told).toEqual(['Setting up PostgreSQL (first start only)']);
    expect(await query(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('initdb-'))).toEqual([]);
  });

  test('Ctrl-C in the terminal reaches our process group and not the server', async () => {
    const { child, pid } = await startElsewhere({ dataDir: folderAs('terminal') });
    const groupOf = (id: number) =>
      spawnSync('ps', ['-o', 'pgid=', '-p', String(id)], { encoding: 'utf8' }).stdout.trim();
    expect(groupOf(pid)).not.toBe(groupOf(child.pid ?? 0));
    expect(groupOf(pid)).toBe(String(pid));
  });
});

describe('what it refuses, in one sentence', () => {
  test('a second start on a folder in use, from this process or another', async () => {
    const dataDir = folderAs('double');
    const server = await started({ dataDir });
    const error = await refusal({ dataDir });
    expect(error).toMatchObject({
      code: 'already-running',
      message: `It is already running (pid ${process.pid}) in ${dataDir}; stop it or set EADS_DATA_DIR to another folder.`,
    });
    await server.stop();

    const { child } = await startElsewhere({ dataDir });
    expect(await refusal({ dataDir })).toMatchObject({
      code: 'already-running',
      message: expect.stringContaining(`pid ${child.pid}`),
    });
  });

  test('of many starts at once exactly one wins', async () => {
    const dataDir = folderAs('race');
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => started({ dataDir })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('a file where the folder should be', async () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(await refusal({ dataDir: file })).toMatchObject({ code: 'data-folder-unsuitable' });
    expect(await refusal({ dataDir: join(file, 'below') })).toMatchObject({ code: 'data-folder-unsuitable' });
  });

  test('data written by another major version', async () => {
    const dataDir = folderAs('old');
    const version = join(dataDir, 'cluster', 'PG_VERSION');
    writeFileSync(version, '17\n');
    const error = await refusal({ dataDir });
    writeFileSync(version, '18\n');
    expect(error.code).toBe('data-other-version');
    expect(error.message).toContain('was written by PostgreSQL 17 and this is 18');
  });

  test('data whose password is lost', async () => {
    const lost = folderAs('lost');
    renameSync(join(lost, 'password'), join(base, 'password'));
    const error = await refusal({ dataDir: lost });
    renameSync(join(base, 'password'), join(lost, 'password'));
    expect(error).toMatchObject({ code: 'data-folder-unsuitable' });
  });

  test('a folder that is no whole database, and it is left as it is', async () => {
    const damaged = copyOfFolder('damaged');
    rmSync(join(damaged, 'cluster', 'PG_VERSION'));
    expect(await refusal({ dataDir: damaged })).toMatchObject({ code: 'data-folder-unsuitable' });
    expect(existsSync(join(damaged, 'cluster', 'global', 'pg_control'))).toBe(true);
  });

  test('data that PostgreSQL itself refuses, with the end of its log', async () => {
    const dataDir = copyOfFolder('broken');
    rmSync(join(dataDir, 'cluster', 'global', 'pg_control'));
    const error = await refusal({ dataDir });
    expect(error.code).toBe('postgres-refused');
    expect(error.message).toContain('pg_control');
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder that may not be written',
    async () => {
      const dataDir = folderAs('read-only');
      chmodSync(dataDir, 0o500);
      onTestFinished(() => chmodSync(dataDir, 0o700));
      expect(await refusal({ dataDir })).toMatchObject({ code: 'data-folder-read-only' });
    },
  );

  test.skipIf(!linuxRoot)(
    'as root where user namespaces are refused: another account takes over, and hands back',
    async () => {
      const noNamespaces = join(base, 'no-namespaces');
      mkdirSync(noNamespaces);
      writeFileSync(join(noNamespaces, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      const dataDir = folderAs('other-account');
      const path = process.env.PATH;
      onTestFinished(() => chmodSync(base, 0o700));
      for (const [closed, refused] of [
        [0o711, true],
        [0o700, true],
        [0o700, false],
      ] as const) {
        chmodSync(base, closed);
        vi.stubEnv('PATH', refused ? `${noNamespaces}:${path}` : path);
        const server = await startEmbeddedPostgres({ dataDir });
        vi.unstubAllEnvs();
        const owner = statSync(`/proc/${server.pid}`).uid;
        const rows = await query(server.adminUrl, 'SELECT text FROM note');
        await server.stop();
        expect(rows).toEqual(firstNote);
        expect(owner === 0).toBe(!refused);
      }
    },
  );

  test.skipIf(!linuxRoot)('as root: a folder on a read-only mount', async (context) => {
    const dataDir = folderAs('read-only-mount');
    if (spawnSync('mount', ['--bind', dataDir, dataDir]).status !== 0)
      return context.skip('this system allows no mount');
    onTestFinished(() => void spawnSync('umount', [dataDir]));
    spawnSync('mount', ['-o', 'remount,bind,ro', dataDir]);
    expect(await refusal({ dataDir })).toMatchObject({
      code: 'data-folder-read-only',
      message: expect.stringContaining(dataDir),
    });
  });

  test.skipIf(!linuxRoot)('as root: a disk without room, at first and at a later start', async (context) => {
    const dataDir = join(base, 'full');
    mkdirSync(dataDir);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'none', dataDir]).status !== 0) {
      return context.skip('this system allows no mount');
    }
    onTestFinished(() => void spawnSync('umount', [dataDir]));
    expect(await refusal({ dataDir })).toMatchObject({ code: 'disk-full', message: expect.stringContaining(dataDir) });
    expect(readdirSync(dataDir)).not.toContain('cluster');

    spawnSync('mount', ['-o', 'remount,size=96m', dataDir]);
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
    spawnSync('sh', ['-c', 'cat /dev/zero > "$0"', join(dataDir, 'ballast')], { stdio: 'ignore' });
    expect(await refusal({ dataDir })).toMatchObject({ code: 'disk-full' });
    rmSync(join(dataDir, 'ballast'));
    await started({ dataDir });
  });
});

describe('durability', () => {
  test('ours passes, whatever ALTER SYSTEM left behind', async () => {
    const dataDir = folderAs('altered');
    writeFileSync(join(dataDir, 'cluster', 'postgresql.auto.conf'), "fsync = 'off'\nfull_page_writes = 'off'\n");
    const server = await started({ dataDir });
    const client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
    await expect(requireDurable(client)).resolves.toBeUndefined();
    await client.query('SET synchronous_commit = off');
    await expect(requireDurable(client)).rejects.toMatchObject({
      code: 'not-durable',
      message: expect.stringContaining('synchronous_commit=off'),
    });
    await client.end();
  });

  test('the log of a running server shows no statement and no value', async () => {
    const server = await started({ dataDir: folderAs('log') });
    await expect(query(server.adminUrl, "SELECT 'planted-string'::int")).rejects.toThrow();
    await query(server.adminUrl, 'CREATE TABLE single (name text PRIMARY KEY)');
    const twice = "INSERT INTO single VALUES ('planted-string')";
    await query(server.adminUrl, twice);
    await expect(query(server.adminUrl, twice)).rejects.toThrow(/duplicate/);
    const log = readFileSync(server.log, 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log.match(/planted-string/g) ?? []).toEqual([]);
  });
});

test('a test leaves no server behind', () => {
  expect(readPostmasterFile(join(kept, 'cluster'))).toBeUndefined();
});
