import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { boundLog, openLog, readLogFrom } from './log-file.ts';

const base = mkdtempSync(join(tmpdir(), 'eads-log-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('a log over its limit is cut back under a server that writes to it, and the older part kept once', async () => {
  const path = join(base, 'postgres.log');
  const log = openLog(path);
  writeSync(log.descriptor, 'x'.repeat(2_000));
  await boundLog(path, 1_000);
  writeSync(log.descriptor, 'after\n');
  expect(readFileSync(path, 'utf8')).toBe('after\n');
  expect(statSync(`${path}.1`).size).toBe(2_000);
  await boundLog(path, 1_000);
  expect(readFileSync(path, 'utf8')).toBe('after\n');
  log.close();
});

test('reading from an offset gives what came since, also after the log was cut back', () => {
  const path = join(base, 'read.log');
  expect(readLogFrom(path, 0)).toBe('');
  writeFileSync(path, 'before\nsince\n');
  expect(readLogFrom(path, 'before\n'.length)).toBe('since\n');
  expect(readLogFrom(path, 9_999)).toBe('before\nsince\n');
});
