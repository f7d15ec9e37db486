import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './child.mjs';
import { forInstall, withNodeFirst } from './environment.mjs';
import { failureFromOutput, isIncomplete } from './failures.mjs';
import { npmMissing } from './node-binary.mjs';

const STAMP = 'installed';

/**
 * What the installed packages depend on, as one hash.
 * @param {{ root: string, nodeVersion: string }} options
 */
export function wantedStamp({ root, nodeVersion }) {
  const hash = createHash('sha256');
  hash.update(`${nodeVersion} ${process.platform}-${process.arch}\n`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/**
 * @param {{ root: string, tools: string, stamp: string }} options
 * @returns {boolean} true where the last install ended well and nothing has changed since
 */
export function areInstalled({ root, tools, stamp }) {
  try {
    return (
      readFileSync(join(tools, STAMP), 'utf8') === stamp && existsSync(join(root, 'node_modules', '.modules.yaml'))
    );
  } catch {
    return false;
  }
}

/**
 * Installs exactly what the lockfile says. Safe to repeat after it was killed half-way: the stamp is written last.
 * @param {{ root: string, tools: string, stamp: string, node: string, say: (text: string) => void, onStart: (pid: number) => void }} options
 */
export async function installPackages({ root, tools, stamp, node, say, onStart }) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  let last = 0;
  const { code, output } = await runToEnd({
    command: 'npx',
    args: [
      '--yes',
      packageManager,
      'install',
      '--frozen-lockfile',
      '--prod=false',
      '--reporter=append-only',
      '--loglevel=info',
      '--fetch-retries=2',
      '--fetch-retry-mintimeout=2000',
      '--fetch-retry-maxtimeout=5000',
    ],
    cwd: root,
    env: forInstall(withNodeFirst(process.env, node)),
    onStart,
    onLine(line) {
      const now = performance.now();
      if (!line.startsWith('Progress:') || now - last < 2000) return;
      last = now;
      say(`  ${line.slice('Progress:'.length).trim()}`);
    },
  });
  if (code === -1) throw npmMissing();
  const incomplete = isIncomplete(output);
  // Its next install would find the folder "already up to date".
  if (incomplete) rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  if (code !== 0 || incomplete) {
    process.stderr.write(output);
    throw failureFromOutput(output, { doing: 'installing packages', root });
  }
  const next = join(tools, `${STAMP}.next`);
  writeFileSync(next, stamp);
  renameSync(next, join(tools, STAMP));
}
