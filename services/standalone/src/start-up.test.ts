import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'eads-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const launch = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', EADS_AMBIENT: 'off', EADS_PORT: '0', ...env },
  });

const ended = (child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    child.once('close', (code) => resolve({ code, out, err }));
  });

const says = (child: ChildProcess, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      if (out.includes(text)) resolve(out);
    });
    child.once('close', () => reject(new Error(`It ended without saying "${text}": ${out}`)));
  });

/** One clear sentence or two on standard error, no stack. */
const sentence = (err: string): void => {
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toContain('    at ');
};

describe('npm start, where it cannot', () => {
  it('says that the port is in use, before anything else is started', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const { code, err } = await ended(launch({ EADS_PORT: String(port), EADS_DATA_DIR: join(folder, 'port') }));
    taken.close();
    expect(code).toBe(1);
    sentence(err);
    expect(err).toMatch(/port \d+ .*in use.*EADS_PORT/);
  });
  it('says that a file stands where the data folder should be', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, err } = await ended(launch({ EADS_DATA_DIR: join(folder, 'file', 'below') }));
    expect(code).toBe(1);
    sentence(err);
    expect(err).toContain('EADS_DATA_DIR');
  });
  it('names a setting that cannot be used, and its form', async () => {
    const { code, err } = await ended(launch({ EADS_PORT: '80800', EADS_DATA_DIR: folder }));
    expect(code).toBe(2);
    expect(err).toContain('a whole number from 0 to 65535');
  });
  it('says that a named database server does not answer', async () => {
    const { code, err } = await ended(
      launch({ EADS_DATA_DIR: join(folder, 'named'), DATABASE_URL: 'postgres://somebody:secret@127.0.0.1:1/x' }),
    );
    expect(code).toBe(1);
    sentence(err);
    expect(err).not.toContain('secret');
  });
  it('starts, refuses a second start on the same folder, keeps its tokens to itself, and ends cleanly', async () => {
    const dataDir = join(folder, 'twice');
    const first = launch({ EADS_DATA_DIR: dataDir });
    const out = await says(first, 'Ctrl-C ends it');
    expect(out).toContain('EXERCISE - SIMULATED DATA');
    const access = join(dataDir, 'access.json');
    expect(statSync(access).mode & 0o777).toBe(0o600);
    const { url } = JSON.parse(readFileSync(access, 'utf8'));
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/hub/runs`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`)).status).not.toBe(200);

    const second = await ended(launch({ EADS_DATA_DIR: dataDir }));
    expect(second.code).toBe(1);
    sentence(second.err);
    expect(second.err).toContain('already running');

    const end = ended(first);
    first.kill('SIGINT');
    expect((await end).code).toBe(0);
  }, 60_000);
});
