import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './child.mjs';
import { withNodeFirst } from './environment.mjs';
import { failure, isFailure } from './failures.mjs';
import { prepare } from './prepare.mjs';

/** What each npm script starts, once Node and the packages are there. */
const ENTRIES = {
  start: 'services/standalone/src/main.ts',
  test: 'infra/checks/test.ts',
  check: 'infra/checks/check.ts',
  eads: 'packages/cli/src/main.ts',
  soak: 'tests/faults/soak.ts',
  bench: 'tests/load/main.ts',
};

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const entry = Object.entries(ENTRIES).find(([known]) => known === name)?.[1];
  if (entry === undefined) {
    throw failure(
      'unknown-command',
      `"${name}" is not a command of ${root}; use one of ${Object.keys(ENTRIES).join(', ')}.`,
    );
  }
  const node = await prepare(root);
  const env = withNodeFirst(process.env, node);
  let cwd = root;
  if (name === 'start' || name === 'eads') env.EADS_DATA_DIR = resolve(root, process.env.EADS_DATA_DIR || '.data');
  // npm moves to the checkout first; file names on the command line are meant from where the person stands.
  const from = process.env.INIT_CWD;
  if (name === 'eads' && from !== undefined && existsSync(from)) cwd = from;
  process.exitCode = await handOver({ command: node, args: [join(root, entry), ...args], cwd, env });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${isFailure(error) ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
