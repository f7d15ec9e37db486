import { sha256Base64 } from '@eads/ledger';
import type { ReadLine } from '@eads/store';
import { expect, test } from 'vitest';
import { brokenLine } from './read-log.ts';

const WHERE = { member: 'ID', run: 'practice' };

/** The chain as the description of the form has it, made by hand. */
const chain = (count: number): ReadLine[] => {
  const lines: ReadLine[] = [];
  let previous = sha256Base64('eads-reads/v1\nID\npractice\n');
  for (let n = 1; n <= count; n++) {
    const open = {
      n,
      at: '2026-11-25T08:00:00.000Z',
      seat: 'seat-1',
      purpose: 'screening',
      action: 'read',
      what: `notice ${n}`,
    } as const;
    const text = JSON.stringify([n, open.at, open.seat, open.purpose, open.action, open.what, previous]);
    const hash = sha256Base64(`eads-read/v1\n${text}\n`);
    lines.push({ ...open, previous, hash });
    previous = hash;
  }
  return lines;
};

test('a log that was left alone hangs together, whole or from a line on', () => {
  expect(brokenLine(WHERE, chain(5))).toBeNull();
  expect(brokenLine(WHERE, chain(5).slice(2))).toBeNull();
  expect(brokenLine(WHERE, [])).toBeNull();
});

test.each<[string, (lines: ReadLine[]) => ReadLine[], number]>([
  ['a line that was changed', (lines) => lines.map((line) => (line.n === 3 ? { ...line, seat: 'seat-2' } : line)), 3],
  ['a line that was taken out', (lines) => lines.filter(({ n }) => n !== 3), 4],
  ['a line that was put before another', (lines) => [lines[1], lines[0], lines[2]] as ReadLine[], 1],
  [
    'a beginning that was cut off and numbered anew',
    (lines) => lines.slice(1).map((line) => ({ ...line, n: line.n - 1 })),
    1,
  ],
])('%s is noticed', (_name, change, at) => {
  expect(brokenLine(WHERE, change(chain(5)))).toBe(at);
});

test('another node’s log does not pass for this one', () => {
  expect(brokenLine({ member: 'MY', run: 'practice' }, chain(2))).toBe(1);
});
