import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'eads-ends-'));
const env = {
  PATH: process.env.PATH ?? '',
  EADS_DATA_DIR: join(folder, 'data'),
  EADS_PORT: '0',
  EADS_AMBIENT: 'off',
  NO_COLOR: '1',
};
const MEMBERS = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'TL', 'VN'];

const run = (args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['packages/cli/src/main.ts', ...args], { cwd: root, env });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('close', (code) => resolve({ code, out, err }));
  });

describe('from one command to a verified export', () => {
  const main = spawn(process.execPath, ['services/standalone/src/main.ts'], { cwd: root, env });
  const out = join(folder, 'out');
  const trust = join(folder, 'trust');

  beforeAll(async () => {
    await new Promise<void>((resolve, reject) => {
      main.stdout.on('data', (chunk) => String(chunk).includes('Ctrl-C ends it') && resolve());
      main.once('close', (code) => reject(new Error(`the exchange ended with ${code}`)));
    });
    await eventually('everything is well', async () => (await run(['doctor'])).code === 0, 60_000);
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => main.once('close', resolve));
    main.kill('SIGTERM');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });

  it('imports the sample as Indonesia: every record reaches the ten others', async () => {
    const imported = await run(['import', 'tests/fixtures/interpol-sample.json', '--as', 'ID']);
    expect(imported.err + imported.out).toContain('500 records: 500 imported');
    expect(imported.code).toBe(0);
    for (const member of MEMBERS.filter((each) => each !== 'ID')) {
      await eventually(`${member} holds all 500`, async () => {
        const listed = await run(['notices', '--as', member, '--json']);
        return listed.out.split('\n').filter((line) => line !== '').length === 500;
      });
    }
  }, 180_000);

  it('imports nothing twice', async () => {
    const again = await run(['import', 'tests/fixtures/interpol-sample.json', '--as', 'ID']);
    expect(again.code).toBe(0);
    const listed = await run(['notices', '--as', 'MY', '--json']);
    expect(listed.out.split('\n').filter((line) => line !== '')).toHaveLength(500);
  });

  it('exports the ledger, and the export verifies offline against the trust file', async () => {
    expect((await run(['ledger', 'export', out, '--trust-out', trust])).code).toBe(0);
    const verified = await run(['verify', out, '--trust', trust]);
    expect(verified.out).toContain('In order');
    expect(verified.code).toBe(0);
    const alone = await run(['verify', out]);
    expect(alone.out).toContain('Self-consistent only');
    const member = join(folder, 'member');
    expect((await run(['ledger', 'export', member, '--as', 'TL'])).code).toBe(0);
    expect((await run(['verify', member, '--trust', trust])).code).toBe(0);
  });

  it('finds any one changed byte, in each file, and names it', async () => {
    const files = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1));
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) {
      const copy = join(folder, 'copy');
      cpSync(out, copy, { recursive: true });
      const bytes = readFileSync(join(copy, file));
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(join(copy, file), bytes);
      const { code, out: text } = await run(['verify', copy, '--trust', trust, '--json']);
      expect(code, file).toBe(1);
      const names = JSON.parse(text).findings.map((finding: { code: string }) => finding.code);
      const expected = file === 'manifest.jws' ? /^manifest-(form|signature)$/ : /^file-altered$/;
      expect(names, file).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
      rmSync(copy, { recursive: true });
    }
  });
});
