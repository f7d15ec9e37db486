import { describe, expect, test } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { leafHash } from './hash.ts';
import { inclusionProof, rootAt } from './hash-reader.ts';
import { noteSigner } from './note-key.ts';
import type { Witness } from './quorum.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';
import { memoryReader } from './testing/memory-reader.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';

const log = noteSigner('inst/run/e1', 1, fixedKey('log'));
const signers = ['BN', 'ID', 'KH'].map((member) => ({
  member,
  key: noteSigner(`inst/run/${member}`, 4, fixedKey(`witness ${member}`)),
}));
const witnesses: Witness[] = signers;
const reader = memoryReader(Array.from({ length: 300 }, (_, i) => leafHash(`entry ${i}`)));
const bare = signCheckpoint({ origin: 'inst/run/e1', size: 300, root: await rootAt(reader, 300) }, log);
const text = bare.slice(0, bare.indexOf('\n\n') + 1);
const signed = bare + signers.map(({ key }) => cosign(key, text, 7)).join('');
const proof = await inclusionProof(reader, 77, 300);
const receipt = formatTlogProof({ index: 77, proof, checkpoint: signed });
const verify = (given: string, entry = 'entry 77', quorum = 3): string =>
  codeOf(() => verifyTlogProof(given, entry, log, witnesses, quorum));

test('a receipt reads back, with and without extra data', () => {
  expect(receipt.startsWith('c2sp.org/tlog-proof@v1\nindex 77\n')).toBe(true);
  expect(parseTlogProof(receipt)).toEqual({ index: 77, proof, checkpoint: signed });
  const extra = new Uint8Array([1, 2, 3]);
  const more = formatTlogProof({ index: 77, proof, checkpoint: signed, extra });
  expect(more.split('\n')[1]).toBe('extra AQID');
  expect(parseTlogProof(more)).toEqual({ index: 77, proof, checkpoint: signed, extra });
  expect(verify(more)).toBe('ok');
});

test('a receipt of the only entry has no proof lines', async () => {
  const one = signCheckpoint({ origin: 'inst/run/e1', size: 1, root: await rootAt(reader, 1) }, log);
  expect(verify(formatTlogProof({ index: 0, proof: [], checkpoint: one }), 'entry 0', 0)).toBe('ok');
});

describe('verifying', () => {
  test('holds for the entry, as text or bytes', () => {
    const head = verifyTlogProof(receipt, Buffer.from('entry 77'), log, witnesses, 3);
    expect(head.size).toBe(300);
    expect([...head.members]).toEqual(['BN', 'ID', 'KH']);
  });

  test('does not for another entry, index, proof, checkpoint or quorum', () => {
    expect(verify(receipt, 'entry 78')).toBe('proof-mismatch');
    expect(verify(receipt.replace('index 77', 'index 76'))).toBe('proof-mismatch');
    expect(verify(receipt.replace('index 77', 'index 300'))).toBe('proof-malformed');
    expect(verify(formatTlogProof({ index: 77, proof: proof.slice(1), checkpoint: signed }))).toBe('proof-malformed');
    expect(verify(receipt.replace('\n300\n', '\n301\n'))).toBe('note-bad-signature');
    expect(verify(receipt, 'entry 77', 4)).toBe('quorum-short');
  });

  test.each([
    ['nothing', ''],
    ['another version', receipt.replace('@v1', '@v2')],
    ['no index', receipt.replace('index 77\n', '')],
    ['a leading zero', receipt.replace('index 77', 'index 077')],
    ['extra after index', receipt.replace('index 77\n', 'index 77\nextra AQID\n')],
    ['extra that is no base64', receipt.replace('index', 'extra AQ\nindex')],
    ['a broken hash', receipt.replace('index 77\n', 'index 77\nAAAA\n')],
    ['CRLF', receipt.replaceAll('\n', '\r\n')],
  ])('refuses %s', (_name, bad) => {
    expect(verify(bad)).toBe('proof-malformed');
  });
});
