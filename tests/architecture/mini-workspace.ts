import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A small workspace outside the checkout, with the checkout's own settings and tools, to plant violations in. */
export type MiniWorkspace = {
  write: (path: string, text: string) => void;
  run: (
    script: string,
    options?: { args?: string[]; env?: NodeJS.ProcessEnv },
  ) => Promise<{ code: number | null; output: string }>;
  remove: () => void;
};

/**
 * @param copied files and folders of the checkout to take over as they are
 * @param files more files, by path
 */
export function createMiniWorkspace(copied: string[], files: Record<string, string>): MiniWorkspace {
  const outer = mkdtempSync(join(tmpdir(), 'eads-mini-'));
  const root = join(outer, 'checkout');
  mkdirSync(root);
  for (const path of copied) cpSync(join(checkout, path), join(root, path), { recursive: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  linkModules(root);
  return {
    write,
    run: (script, { args = [], env = {} } = {}) => run(root, [join(root, script), ...args], env),
    remove: () => rmSync(outer, { recursive: true, force: true }),
  };
}

/** The tools of the checkout, but the packages of the small workspace. */
function linkModules(root: string): void {
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@eads'), { recursive: true });
  // What the planted protocol package imports is a dependency of the real one, not of the root.
  symlinkSync(join(checkout, 'packages/protocol/node_modules/zod'), join(modules, 'zod'));
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name === '@eads' || (name.startsWith('.') && name !== '.bin')) continue;
    symlinkSync(join(checkout, 'node_modules', name), join(modules, name));
  }
  for (const group of ['packages', 'services']) {
    for (const name of folders(join(root, group))) {
      symlinkSync(join(root, group, name), join(modules, '@eads', name));
    }
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function run(root: string, args: string[], extra: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const env: NodeJS.ProcessEnv = { NO_COLOR: '1', ...extra };
  for (const name of ['PATH', 'HOME', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) env[name] ??= value;
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
