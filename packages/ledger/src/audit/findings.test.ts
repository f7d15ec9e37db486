import { expect, test } from 'vitest';
import { createFindings } from './findings.ts';

test('findings come in the order of the ledger, whenever they were made', () => {
  const findings = createFindings();
  findings.add('whole', 'fork', { path: 'witnessed' }, 'last');
  findings.add('entries', 'bad-signature', { path: 'e', seq: 7 }, 'third');
  findings.add('entries', 'gap', { path: 'e', seq: 3 }, 'second');
  findings.add('files', 'file-altered', { path: 'e' }, 'first');
  findings.add('entries', 'rseq-gap', { path: 'e', seq: 7 }, 'fourth');
  expect(findings.list().map(({ what }) => what)).toEqual(['first', 'second', 'third', 'fourth', 'last']);
  expect(findings.has('fork')).toBe(true);
  expect(findings.has('truncated')).toBe(false);
});

test('a hundred of each code are kept, the rest counted', () => {
  const findings = createFindings();
  for (let seq = 0; seq < 130; seq++) findings.add('entries', 'gap', { path: 'e', seq }, 'x');
  findings.add('entries', 'fork', { path: 'e' }, 'y');
  expect(findings.list()).toHaveLength(101);
  expect(findings.omitted()).toBe(30);
});
