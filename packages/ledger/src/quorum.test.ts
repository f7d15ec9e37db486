import { describe, expect, test } from 'vitest';
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { sha256 } from './hash.ts';
import { type NoteSigner, noteSigner } from './note-key.ts';
import { addCosignatures, countCosignatures, quorumSize, verifyWitnessed, type Witness } from './quorum.ts';
import { parseSignatureLine, signatureLine } from './signature-line.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';

const log = noteSigner('inst/run/e1', 1, fixedKey('log'));
const codes = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'TL', 'VN'];
const signers = codes.map((code) => noteSigner(`inst/run/${code}`, 4, fixedKey(`witness ${code}`)));
const witnesses: Witness[] = signers.map((key, i) => ({ member: codes[i] as string, key }));
const bare = signCheckpoint({ origin: 'inst/run/e1', size: 9, root: sha256('root') }, log);
const text = bare.slice(0, bare.indexOf('\n\n') + 1);
const line = (signer: NoteSigner, body = text): string => cosign(signer, body, 1_790_000_000);
const with8 =
  bare +
  signers
    .slice(0, 8)
    .map((s) => line(s))
    .join('');
const first = signers[0] as NoteSigner;

test('quorum is more than two thirds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 9, 10, 11].map(quorumSize)).toEqual([1, 2, 3, 3, 4, 5, 5, 7, 7, 8]);
});

describe('counting', () => {
  test('names the members whose cosignature holds', () => {
    expect([...countCosignatures(with8, witnesses)]).toEqual(codes.slice(0, 8));
    expect(countCosignatures(bare, witnesses).size).toBe(0);
  });

  test('counts a member once, whatever it signs with', () => {
    const rotated = noteSigner('inst/run/BN', 4, fixedKey('witness BN 2'));
    const note = bare + line(first) + line(first) + line(rotated);
    expect([...countCosignatures(note, [...witnesses, { member: 'BN', key: rotated }])]).toEqual(['BN']);
  });

  test('does not count another text, another key under the name, the log’s own signature, or a broken line', () => {
    const impostor = noteSigner('inst/run/BN', 4, fixedKey('impostor'));
    const other = line(first, text.replace('\n9\n', '\n8\n'));
    const short = other.replace(
      / \S+\n$/,
      ` ${Buffer.concat([Buffer.from(first.id, 'hex'), Buffer.alloc(8)]).toString('base64')}\n`,
    );
    for (const bad of [other, line(impostor), short]) {
      expect(countCosignatures(bare + bad, witnesses).size).toBe(0);
      expect([...countCosignatures(bare + bad + line(first), witnesses)]).toEqual(['BN']);
    }
    expect(countCosignatures(bare, [{ member: 'BN', key: log }]).size).toBe(0);
  });

  test('does not count a cosignature under another key id, or under a key of another type', () => {
    const cosignature = parseSignatureLine(line(first).trimEnd())?.signature ?? new Uint8Array(0);
    const otherId = bare + signatureLine(first.name, '00000000', cosignature);
    expect(countCosignatures(otherId, witnesses).size).toBe(0);
    const plain = noteSigner(first.name, 1, fixedKey('witness BN'));
    const otherType = bare + signatureLine(plain.name, plain.id, cosignature);
    expect(countCosignatures(otherType, [{ member: 'BN', key: plain }]).size).toBe(0);
  });

  test('counts the keys that it is given and no others', () => {
    expect(countCosignatures(with8, witnesses.slice(6)).size).toBe(2);
  });
});

describe('a witnessed checkpoint', () => {
  test('has the log’s signature and a quorum', () => {
    const checkpoint = verifyWitnessed(with8, log, witnesses, quorumSize(11));
    expect(checkpoint.size).toBe(9);
    expect(checkpoint.members.size).toBe(8);
  });

  test('is refused below the quorum, and without the log', () => {
    const with7 = with8.slice(0, with8.lastIndexOf('— '));
    expect(codeOf(() => verifyWitnessed(with7, log, witnesses, 8))).toBe('quorum-short');
    const unsigned = `${text}\n${signers.map((s) => line(s)).join('')}`;
    expect(codeOf(() => verifyWitnessed(unsigned, log, witnesses, 8))).toBe('note-unsigned');
  });
});

describe('adding cosignatures', () => {
  const offered = [
    `${line(signers[2] as NoteSigner)}${line(first)}`,
    line(signers[1] as NoteSigner, 'other\n'),
    'rubbish',
  ];

  test('keeps those that hold, one a key, in the roster’s order', () => {
    const note = addCosignatures(bare, [...offered, line(first)], witnesses);
    expect(note).toBe(bare + line(first) + line(signers[2] as NoteSigner));
    expect(addCosignatures(note, offered, witnesses)).toBe(note);
    const keys = witnesses.map(({ key }) => key);
    expect(codeOf(() => verifyCheckpoint(note, log, { witnesses: keys, strict: true }))).toBe('ok');
  });
});
