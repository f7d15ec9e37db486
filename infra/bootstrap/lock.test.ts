import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eads-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const module = new URL('./lock.mjs', import.meta.url).href;

/** A process that takes the lock and marks the time it holds it with lines in the journal. */
function holder(options: { holdMs: number }) {
  const program = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(folder)}, { work: async () => {
      appendFileSync(${JSON.stringify(join(folder, 'journal'))}, 'in\\n');
      console.log('held');
      await setTimeout(${options.holdMs});
      appendFileSync(${JSON.stringify(join(folder, 'journal'))}, 'out\\n');
    } });`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('many at once go one after another', async () => {
  const processes = Array.from({ length: 5 }, () => holder({ holdMs: 30 }));
  const codes = await Promise.all(processes.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(join(folder, 'journal'), 'utf8')).toBe('in\nout\n'.repeat(5));
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('the lock of a killed process is taken over, by one waiter at a time', async () => {
  const killed = holder({ holdMs: 60_000 });
  await once(killed.stdout, 'data');
  const waiting = [holder({ holdMs: 30 }), holder({ holdMs: 30 }), holder({ holdMs: 30 })];
  killed.kill('SIGKILL');
  await Promise.all(waiting.map((child) => once(child, 'exit')));
  expect(readFileSync(join(folder, 'journal'), 'utf8')).toBe(`in\n${'in\nout\n'.repeat(3)}`);
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('an installer that outlives its bootstrap keeps the lock', async () => {
  const installer = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  await withLock(folder, {
    work: async ({ addProcess }) => {
      addProcess(installer.pid ?? 0);
      const owners = readFileSync(join(folder, 'lock', 'owners'), 'utf8').split('\n');
      writeFileSync(join(folder, 'kept'), [`${dead.pid}:1`, owners[1]].join('\n'));
    },
  });
  mkdirSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'lock', 'owners'), readFileSync(join(folder, 'kept')));
  const waiter = holder({ holdMs: 0 });
  const entered = once(waiter.stdout, 'data').then(() => 'entered');
  const told = await Promise.race([entered, new Promise((resolve) => setTimeout(resolve, 700, 'waiting'))]);
  expect(told).toBe('waiting');
  installer.kill('SIGKILL');
  expect(await entered).toBe('entered');
  await once(waiter, 'exit');
});

test.runIf(process.platform === 'linux')('a process id that came round again does not hold the lock', async () => {
  mkdirSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'lock', 'owners'), `${process.pid}:1`);
  expect(await withLock(folder, { work: async () => 'done' })).toBe('done');
});

test('the lock is given back when the work throws', async () => {
  const failing = withLock(folder, {
    work: async () => {
      throw new Error('no network');
    },
  });
  await expect(failing).rejects.toThrow('no network');
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});
