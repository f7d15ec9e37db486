import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingCapabilities } from '../../tests/requirements.ts';
import type { Summary } from './summary-reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'eads-test-'));
const summaryFile = join(folder, 'summary.json');

const code = await runVitest(process.argv.slice(2));
const missing = missingCapabilities();
const summary = readSummary();
rmSync(folder, { recursive: true, force: true });

if (summary.skipped.length > 0) {
  console.log('\nSkipped:');
  for (const { name, reason } of summary.skipped) console.log(`  ${name}${reason === undefined ? '' : ` (${reason})`}`);
}
for (const sentence of missing) console.log(`\nMissing: ${sentence}`);

const failed = summary.failed + missing.length;
const nothingRan = summary.passed + failed === 0;
if (nothingRan) console.log('\nNo test ran.');
// A non-zero exit without a failed test is one too: a crash, a hang at the end, a wrong option.
const counted = failed === 0 && code !== 0 && !nothingRan ? 1 : failed;
process.exitCode = counted > 0 || nothingRan || code !== 0 ? 1 : 0;
console.log(`\n${summary.passed} passed, ${counted} failed, ${summary.skipped.length} skipped`);

function runVitest(args: string[]): Promise<number> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...args], {
      cwd: root,
      env: { ...process.env, EADS_TEST_SUMMARY: summaryFile },
      stdio: 'inherit',
    });
    // The interrupt of a terminal reaches the child by itself; this process stays for the last line.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}

function readSummary(): Summary {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    console.log('\nVitest left no summary: it broke off, or a --reporter of its own replaced the one that writes it.');
    return { passed: 0, failed: 1, skipped: [] };
  }
}
