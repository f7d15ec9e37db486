import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runToEnd } from './child.mjs';
import { forInstall } from './environment.mjs';
import { failure, failureFromOutput } from './failures.mjs';
import { isWantedNode, knownPlatforms, NODE_MAJOR, nodeBuildFor } from './platforms.mjs';
import { extractFile } from './tar.mjs';

/**
 * Where the right Node is, or will be once fetched.
 * @param {string} tools the ignored tools folder
 * @returns {{ path: string, version: string, build?: import('./platforms.mjs').NodeBuild }}
 */
export function wantedNode(tools) {
  if (isWantedNode(process.versions.node)) return { path: process.execPath, version: process.versions.node };
  const machine = { platform: process.platform, arch: process.arch, musl: isMusl() };
  const build = nodeBuildFor(machine);
  if (build === undefined) {
    throw failure(
      'platform-unsupported',
      `No Node ${NODE_MAJOR} can be fetched for ${machine.platform}-${machine.arch}${machine.musl ? ' with musl' : ''} (only for ${knownPlatforms.join(', ')} with glibc); install Node ${NODE_MAJOR} yourself and start again with it.`,
    );
  }
  const path = join(tools, `node-${build.version}`, ...build.binary.split('/'));
  return existsSync(path) ? { path, version: build.version } : { path, version: build.version, build };
}

/**
 * Fetches one Node from the npm registry, checks it and puts it in place with one rename.
 * @param {{ build: import('./platforms.mjs').NodeBuild, path: string, tools: string, root: string, onStart: (pid: number) => void }} options
 */
export async function fetchNode({ build, path, tools, root, onStart }) {
  const where = { doing: `fetching Node ${build.version}`, root };
  const work = mkdtempSync(join(tools, 'fetch-'));
  try {
    const { code, output } = await runToEnd({
      command: 'npm',
      // The folder is the working directory, not an argument, so that no path needs quoting.
      args: [
        'pack',
        `${build.package}@${build.version}`,
        '--ignore-scripts',
        '--prefer-offline',
        '--fetch-retries=2',
        '--fetch-retry-mintimeout=2000',
        '--fetch-retry-maxtimeout=5000',
      ],
      cwd: work,
      env: forInstall(process.env),
      onStart,
    });
    if (code === -1) throw npmMissing();
    if (code !== 0) {
      process.stderr.write(output);
      throw failureFromOutput(output, where);
    }
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw failureFromOutput(output, where);
    const found = await integrityOf(join(work, archive));
    if (found !== build.integrity) {
      throw failure(
        'integrity-mismatch',
        `${build.package}@${build.version} from the registry is not the pinned file (${found} instead of ${build.integrity}); run "npm cache clean --force" and start again, and if it stays, do not trust the registry in use.`,
      );
    }
    const binary = join(work, 'node');
    if (!(await extractFile(join(work, archive), `package/${build.binary}`, binary))) {
      throw failure(
        'install-failed',
        `${build.package}@${build.version} holds no ${build.binary}; install Node ${NODE_MAJOR} yourself and start again with it.`,
      );
    }
    mkdirSync(join(path, '..'), { recursive: true });
    renameSync(binary, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function npmMissing() {
  return failure(
    'npm-missing',
    'npm (with npx) was not found on the PATH; install Node together with npm, or add the folder that holds npm to the PATH, and start again.',
  );
}

/**
 * @param {string} file
 * @returns {Promise<string>} as npm writes it: sha512-<base64>
 */
async function integrityOf(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  const report = process.report?.getReport();
  const header =
    typeof report === 'object' && 'header' in report ? /** @type {Record<string, unknown>} */ (report.header) : {};
  return header.glibcVersionRuntime === undefined;
}
