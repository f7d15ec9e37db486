import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditExport } from '@eads/ledger';
import { eventually, HANDLING, plainNotice } from '@eads/testkit';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEMBERS = ['BN', 'KH', 'LA', 'MM', 'MY', 'PH', 'SEC', 'SG', 'TH', 'TL', 'VN'];
const ROUNDS = 4;

describe('kill -9 of the whole exchange, database and all, while a desk publishes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-kill-'));
  const dataDir = join(folder, 'data');
  let main: ChildProcess | undefined;

  afterAll(async () => {
    if (main && main.exitCode === null) {
      const closed = new Promise((resolve) => main?.once('close', resolve));
      main.kill('SIGTERM');
      await closed;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    const env = { PATH: process.env.PATH ?? '', EADS_DATA_DIR: dataDir, EADS_PORT: '0', EADS_AMBIENT: 'off' };
    const child = spawn(process.execPath, ['services/standalone/src/main.ts'], { cwd: root, env });
    main = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      child.stdout.on('data', (chunk) => String(chunk).includes('Ctrl-C ends it') && resolve());
      child.once('close', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    });
  };
  const access = (): { url: string; tokens: Record<string, string> } =>
    JSON.parse(readFileSync(join(dataDir, 'access.json'), 'utf8'));
  const call = async (role: string, method: string, path: string, body?: unknown) => {
    const { url, tokens } = access();
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[role]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const desk = (member: string, method: string, path: string, body?: unknown) =>
    call(member, method, `/nodes/${member}/runs/practice${path}`, body);
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');

  it('loses nothing that a desk was told is queued, shows nothing twice, and verifies (promises 1, 2, 3, 5)', async () => {
    const queued: string[] = [];
    let serial = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await start();
      await eventually('the desk is open', async () => {
        const { status } = await desk('ID', 'GET', '/messages').catch(() => ({ status: 0 }));
        return status === 200;
      });
      const child = main as ChildProcess;
      const died = new Promise((resolve) => child.once('close', resolve));
      // Each round a little later, so that the kill falls into another part of the way of a notice.
      const until = 10 + round * 15;
      for (let sent = 0; ; ) {
        serial += 1;
        const body = { notice: plainNotice('ID', serial) };
        const answer = desk('ID', 'POST', '/messages', { kind: 'notice.publish', to: 'all', handling: HANDLING, body });
        const told = await answer.catch(() => null);
        if (told === null) break;
        if (told.status !== 201) continue;
        queued.push(JSON.parse(told.text).id);
        sent += 1;
        if (sent === until) child.kill('SIGKILL');
      }
      await died;
    }
    expect(queued.length).toBeGreaterThanOrEqual(10 * ROUNDS);

    await start();
    for (const member of MEMBERS) {
      await eventually(
        `${member} holds every notice`,
        async () => {
          const { text } = await desk(member, 'GET', '/entries?limit=500');
          const ids = JSON.parse(text).map((entry: { claims: { id: string } | null }) => entry.claims?.id);
          return queued.every((id) => ids.includes(id));
        },
        60_000,
      );
      const entries = JSON.parse((await desk(member, 'GET', '/entries?limit=500')).text);
      const ids = entries.map((entry: { claims: { id: string } | null }) => entry.claims?.id).filter(Boolean);
      expect(new Set(ids).size, `${member} was shown one twice`).toBe(ids.length);
      expect(JSON.parse((await desk(member, 'GET', '/evidence')).text), member).toEqual([]);
    }
    const files = new Map<string, Uint8Array>(
      lines((await call('auditor', 'GET', '/hub/runs/practice/export')).text)
        .map((line) => JSON.parse(line))
        .map(({ path, text }: { path: string; text: string }) => [path, Buffer.from(text)]),
    );
    const report = await auditExport({ files });
    expect(report.findings).toEqual([]);
  }, 300_000);
});
