import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Tool = { name: string; does: string; command: string; args: string[] };
type Outcome = { tool: Tool; ok: boolean; seconds: number; output: string };

const AT_ONCE = 2;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Slowest first, so that the quick ones fill the gaps. */
const tools: Tool[] = [
  {
    name: 'layers',
    does: 'layer order, cycles, deep imports',
    command: process.execPath,
    args: ['infra/checks/layers.ts'],
  },
  {
    name: 'knip',
    does: 'unused files, exports and dependencies',
    command: bin('knip'),
    args: ['--no-progress', '--no-config-hints'],
  },
  { name: 'tsc', does: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'oxlint', does: 'forgotten promises', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  {
    name: 'biome',
    does: 'format and lint',
    command: bin('biome'),
    args: ['check', '--error-on-warnings', '--max-diagnostics=200'],
  },
];

const started = performance.now();
const outcomes: Outcome[] = [];
const queue = [...tools];
await Promise.all(Array.from({ length: AT_ONCE }, work));

for (const { tool, output } of outcomes.filter(({ ok }) => !ok)) {
  console.log(`\n--- ${tool.name} (${tool.does})\n${output.trimEnd()}`);
}
const failed = outcomes.filter(({ ok }) => !ok).map(({ tool }) => tool.name);
const total = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0 ? `\nAll checks passed in ${total} s` : `\nFailed in ${total} s: ${failed.sort().join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let tool = queue.shift(); tool !== undefined; tool = queue.shift()) {
    const outcome = await run(tool);
    outcomes.push(outcome);
    console.log(
      `${outcome.ok ? 'ok    ' : 'FAILED'} ${outcome.seconds.toFixed(1).padStart(5)} s  ${tool.name}: ${tool.does}`,
    );
  }
}

function run(tool: Tool): Promise<Outcome> {
  const began = performance.now();
  return new Promise((settle) => {
    const child = spawn(tool.command, tool.args, {
      cwd: root,
      shell: process.platform === 'win32' && tool.command !== process.execPath,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    const end = (ok: boolean) => settle({ tool, ok, output, seconds: (performance.now() - began) / 1000 });
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

function bin(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}
