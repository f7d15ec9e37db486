import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// A small checkout with the real bootstrap, and an `npx` that only pretends to install. The real one is tried from a fresh clone in CI.
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eads-run-'));
  cpSync(fileURLToPath(new URL('.', import.meta.url)), join(root, 'infra/bootstrap'), { recursive: true });
  write('package.json', JSON.stringify({ packageManager: 'pnpm@11.28.11' }));
  write('pnpm-lock.yaml', 'lockfileVersion: 9');
  write('pnpm-workspace.yaml', 'packages: []');
  fakeNpx(`echo run >> installs; mkdir -p node_modules; echo done > node_modules/.modules.yaml`);
  write(
    'infra/checks/test.ts',
    `const args: string[] = process.argv.slice(2);
     process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(7); });
     let interrupts = 0;
     process.on('SIGINT', () => { interrupts += 1; setTimeout(() => { console.log('SIGINT ' + interrupts); process.exit(8); }, 200); });
     console.log(JSON.stringify({ args, cwd: process.cwd(), data: process.env.EADS_DATA_DIR ?? null }));
     if (args[0] === 'wait') setInterval(() => {}, 1000);
     else process.exitCode = Number(args[0] ?? 0);`,
  );
  cpSync(join(root, 'infra/checks/test.ts'), join(root, 'packages/cli/src/main.ts'));
});
afterEach(() => {
  for (const { pid } of started.splice(0)) endGroup(pid);
  rmSync(root, { recursive: true, force: true });
});

const started: ChildProcess[] = [];

/** A test that fails must not leave its processes behind. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

function fakeNpx(script: string): void {
  write('bin/npx', `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin/npx'), 0o755);
}

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [join(root, 'infra/bootstrap/run.mjs'), ...args], {
    cwd: root,
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  started.push(child);
  const printed = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, ended };
}

const installs = () => readFileSync(join(root, 'installs'), 'utf8').split('\n').filter(Boolean).length;
const onPosix = { skip: process.platform === 'win32' };

describe('the bootstrap', onPosix, () => {
  test('installs once, then goes straight on', async () => {
    const first = await start(['test', '0']).ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.err).toContain('Installing packages');
    const second = await start(['test', '0']).ended;
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(installs()).toBe(1);
  });

  test('installs again when the lockfile changed or node_modules went away', async () => {
    await start(['test']).ended;
    write('pnpm-lock.yaml', 'lockfileVersion: 9 # changed');
    await start(['test']).ended;
    expect(installs()).toBe(2);
    rmSync(join(root, 'node_modules'), { recursive: true });
    await start(['test']).ended;
    expect(installs()).toBe(3);
  });

  test('repairs an install that was killed half-way', async () => {
    fakeNpx(
      'echo run >> installs; mkdir -p node_modules; echo half > node_modules/.modules.yaml; echo started >&2; exec sleep 60',
    );
    const { child, ended } = start(['test']);
    while (!existsSync(join(root, 'node_modules/.modules.yaml')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const installer = Number(readFileSync(join(root, '.tools/lock/owners'), 'utf8').split('\n')[1]?.split(':')[0]);
    child.kill('SIGKILL');
    process.kill(installer, 'SIGKILL');
    await ended;
    fakeNpx('echo run >> installs; echo done > node_modules/.modules.yaml');
    expect(await start(['test']).ended).toMatchObject({ code: 0 });
    expect(readFileSync(join(root, 'node_modules/.modules.yaml'), 'utf8')).toBe('done\n');
    expect(installs()).toBe(2);
  });

  test('three at once install once, and all run', async () => {
    fakeNpx('sleep 0.8; echo run >> installs; mkdir -p node_modules; echo done > node_modules/.modules.yaml');
    const ends = await Promise.all([start(['test']).ended, start(['test']).ended, start(['test']).ended]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(ends.filter(({ err }) => err.includes('waiting for it'))).toHaveLength(2);
    expect(installs()).toBe(1);
  });

  test('passes arguments and the exit code on', async () => {
    const { code, out } = await start(['test', '42', '--reporter=dot', 'a b']).ended;
    expect(code).toBe(42);
    expect(JSON.parse(out)).toMatchObject({ args: ['42', '--reporter=dot', 'a b'], data: null });
  });

  test('eads writes nothing of its own to standard output, stands where the person stands, and finds the data', async () => {
    mkdirSync(join(root, 'elsewhere'));
    const { out, err } = await start(['eads'], { INIT_CWD: join(root, 'elsewhere') }).ended;
    expect(err).toContain('Installing packages');
    expect(JSON.parse(out)).toMatchObject({ cwd: join(root, 'elsewhere'), data: join(root, '.data') });
    const other = await start(['eads'], { EADS_DATA_DIR: 'room-2' }).ended;
    expect(JSON.parse(other.out)).toMatchObject({ data: join(root, 'room-2') });
  });

  test.each([
    ['SIGTERM', 'SIGTERM', 7],
    ['SIGINT', 'SIGINT 1', 8],
  ] as const)('passes %s on and waits for the end', async (signal, line, expected) => {
    const { child, ended } = start(['test', 'wait']);
    await once(child.stdout, 'data');
    child.kill(signal);
    const { code, out } = await ended;
    expect(code).toBe(expected);
    expect(out.trim().split('\n').at(-1)).toBe(line);
  });

  test('an interrupt to the whole group, as a terminal and npm give it, arrives once', async () => {
    const { child, ended } = start(['test', 'wait'], { npm_lifecycle_event: 'test' });
    await once(child.stdout, 'data');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(8);
    expect(out.trim().split('\n').at(-1)).toBe('SIGINT 1');
  });

  test("ends the program when npm's shell dies", async () => {
    const command = `"${process.execPath}" infra/bootstrap/run.mjs test wait; true`;
    const shell = spawn('/bin/sh', ['-c', command], {
      cwd: root,
      env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, npm_lifecycle_event: 'test' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let out = '';
    shell.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    started.push(shell);
    await once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    await once(shell.stdout, 'close');
    expect(out.trim().split('\n').at(-1)).toBe('SIGTERM');
  });

  test.each([
    ['echo "npm error code ENOTFOUND" >&2; exit 1', 'The npm registry could not be reached while installing packages'],
    ['echo "ENOSPC: no space left on device"; exit 1', 'The disk is full while installing packages'],
    [
      'echo "x@1 is an optional dependency that could not be fetched."; echo "ERR_PNPM_FETCH_503"',
      'The npm registry could not be reached',
    ],
  ])('an install that says %j ends in one sentence, and is tried again', async (script, sentence) => {
    fakeNpx(`mkdir -p node_modules; echo half > node_modules/.modules.yaml; ${script}`);
    const { code, out, err } = await start(['test']).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n').at(-1)).toContain(sentence);
    expect(err).not.toContain('    at ');
    fakeNpx('echo run >> installs; mkdir -p node_modules; echo done > node_modules/.modules.yaml');
    expect(await start(['test']).ended).toMatchObject({ code: 0 });
  });

  test('says so where npm is missing', async () => {
    const { code, err } = await start(['test'], { PATH: join(root, 'nothing') }).ended;
    expect(code).toBe(1);
    expect(err).toContain('npm (with npx) was not found on the PATH');
  });

  test('knows its commands only', async () => {
    const { code, err } = await start(['constructor']).ended;
    expect(code).toBe(1);
    expect(err).toContain('"constructor" is not a command');
  });
});
