import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failureFromFileError, isFailure } from './failures.mjs';
import { withLock } from './lock.mjs';
import { fetchNode, wantedNode } from './node-binary.mjs';
import { areInstalled, installPackages, wantedStamp } from './packages.mjs';

/**
 * Makes the checkout ready to run: the right Node and the packages of the lockfile. Does nothing where they are there.
 * @param {string} root the checkout
 * @returns {Promise<string>} path of the Node to run with
 */
export async function prepare(root) {
  const tools = join(root, '.tools');
  const node = wantedNode(tools);
  const stamp = wantedStamp({ root, nodeVersion: node.version });
  if (node.build === undefined && areInstalled({ root, tools, stamp })) return node.path;
  try {
    makeFolder(tools);
    await withLock(tools, {
      onWait: (owner) => say(`Another start (process ${owner}) is preparing this folder; waiting for it.`),
      work: (lock) => prepareLocked({ root, tools, stamp, lock }),
    });
  } catch (error) {
    if (isFailure(error)) throw error;
    throw failureFromFileError(error, { doing: 'preparing the first start', root });
  }
  return node.path;
}

/** @param {{ root: string, tools: string, stamp: string, lock: { addProcess: (pid: number) => void } }} options */
async function prepareLocked({ root, tools, stamp, lock }) {
  for (const name of readdirSync(tools)) {
    if (name.startsWith('fetch-')) rmSync(join(tools, name), { recursive: true, force: true });
  }
  const started = performance.now();
  // Asked again under the lock: the one before us may have done the work.
  const node = wantedNode(tools);
  if (node.build !== undefined) {
    say(`Fetching Node ${node.version} (about 50 MB, once).`);
    await fetchNode({ build: node.build, path: node.path, tools, root, onStart: lock.addProcess });
  }
  if (areInstalled({ root, tools, stamp })) return;
  say('Installing packages from the lockfile (once).');
  await installPackages({ root, tools, stamp, node: node.path, say, onStart: lock.addProcess });
  say(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

/**
 * Not `recursive`: on a read-only file system that one says ENOENT.
 * @param {string} folder
 */
function makeFolder(folder) {
  if (!existsSync(folder)) mkdirSync(folder);
}

/**
 * Progress goes to standard error: standard output belongs to the program that is started.
 * @param {string} text
 */
function say(text) {
  process.stderr.write(`${text}\n`);
}
