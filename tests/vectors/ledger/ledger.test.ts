import {
  LEDGER_CODES,
  LedgerError,
  parseRecord,
  parseVkey,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
  verifyRecipientOpening,
  verifySenderOpenings,
  verifyTlogProof,
  verifyWitnessed,
  type Witness,
} from '@eads/ledger';
import type { RecipientOpening, SenderOpening } from '@eads/protocol';
import { describe, expect, test } from 'vitest';
import { makeVectors, readVectors } from './make.ts';
import type { Vector } from './vector.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64');
const witnessesOf = (vkeys: readonly string[]): Witness[] =>
  vkeys.map(parseVkey).map((key) => ({ member: key.name.slice(key.name.lastIndexOf('/') + 1), key }));

const run = (vector: Vector): unknown => {
  switch (vector.area) {
    case 'record':
      return parseRecord(vector.text);
    case 'opening':
      return verifyRecipientOpening(
        bytes(vector.commitments),
        vector.at,
        vector.member,
        vector.opening as unknown as RecipientOpening,
      );
    case 'sender':
      return verifySenderOpenings(vector.openings as unknown as SenderOpening[], bytes(vector.recipientsHash));
    case 'note':
      return verifyNote(vector.text, vector.keys.map(parseVkey), { strict: vector.strict });
    case 'checkpoint':
      return verifyCheckpoint(vector.text, parseVkey(vector.logKey), {
        witnesses: vector.witnesses.map(parseVkey),
        strict: vector.strict,
      });
    case 'cosignature':
      return verifyWitnessed(vector.text, parseVkey(vector.logKey), witnessesOf(vector.witnesses), vector.quorum);
    case 'inclusion':
      return verifyInclusion({
        ...vector,
        leaf: bytes(vector.leaf),
        root: bytes(vector.root),
        proof: vector.proof.map(bytes),
      });
    case 'consistency':
      return verifyConsistency({
        ...vector,
        root1: bytes(vector.root1),
        root2: bytes(vector.root2),
        proof: vector.proof.map(bytes),
      });
    case 'receipt':
      return verifyTlogProof(
        vector.text,
        vector.entry,
        parseVkey(vector.logKey),
        witnessesOf(vector.witnesses),
        vector.quorum,
      );
  }
};

const codeOf = (vector: Vector): string => {
  try {
    run(vector);
    return 'ok';
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
};

describe('the ledger’s own vectors', () => {
  const files = readVectors();

  test('are those that make.ts makes, byte for byte', async () => {
    const made = await makeVectors();
    expect([...files.keys()].sort()).toEqual([...made.keys()].sort());
    for (const [path, content] of made) expect([path, files.get(path)]).toEqual([path, content]);
  });

  test.each([...files].sort())('%s', (_path, content) => {
    const vector: Vector = JSON.parse(content);
    expect(['ok', ...LEDGER_CODES]).toContain(vector.expect);
    expect(codeOf(vector)).toBe(vector.expect);
  });

  test('cover every code that reading evidence can end in', () => {
    const seen = new Set([...files.values()].map((content) => (JSON.parse(content) as Vector).expect));
    const elsewhere = [
      'out-of-range',
      'frontier-malformed',
      'reader-short',
      'note-key-malformed',
      'note-key-ambiguous',
      'cosignature-malformed',
      'witness-body-malformed',
      'tile-path-malformed',
      'tile-malformed',
      'bundle-malformed',
    ];
    expect(LEDGER_CODES.filter((code) => !seen.has(code)).sort()).toEqual(elsewhere.sort());
  });
});
