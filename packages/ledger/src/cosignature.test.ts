import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cosign, cosignatureTime, verifyCosignature } from './cosignature.ts';
import { noteSigner } from './note-key.ts';
import { parseSignatureLine } from './signature-line.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';

const witness = noteSigner('inst/run/ID', 4, fixedKey('witness ID'));
const TEXT = 'inst/run/e1\n5\nAAAA\n';
const bytesOf = (line: string): Uint8Array => {
  const read = parseSignatureLine(line.slice(0, -1));
  if (read === undefined) throw new Error('not a signature line');
  return read.signature;
};
const bytes = bytesOf(cosign(witness, TEXT, 1_790_000_000));

test('a cosignature is a time and an Ed25519 signature of the header, the time and the note text', () => {
  expect(cosignatureTime(bytes)).toBe(1_790_000_000);
  const message = `cosignature/v1\ntime 1790000000\n${TEXT}`;
  expect(Buffer.from(bytes.subarray(8))).toEqual(sign(null, Buffer.from(message), witness.privateKey));
  expect(verifyCosignature(witness, TEXT, bytes)).toBe(true);
});

describe('does not hold', () => {
  test('for another text, another key, or another time', () => {
    expect(verifyCosignature(witness, `${TEXT}more\n`, bytes)).toBe(false);
    expect(verifyCosignature(noteSigner('inst/run/ID', 4, fixedKey('else')), TEXT, bytes)).toBe(false);
    const later = new Uint8Array(bytes);
    later[7] = (later[7] ?? 0) + 1;
    expect(verifyCosignature(witness, TEXT, later)).toBe(false);
  });

  test('when it is a plain signature of the text, as a log key makes', () => {
    const plain = new Uint8Array(72);
    plain.set(sign(null, Buffer.from(TEXT), witness.privateKey), 8);
    expect(verifyCosignature(witness, TEXT, plain)).toBe(false);
  });
});

test('refuses wrong lengths and times past 2^53 - 1', () => {
  expect(codeOf(() => cosignatureTime(bytes.subarray(1)))).toBe('cosignature-malformed');
  expect(codeOf(() => cosignatureTime(new Uint8Array(73)))).toBe('cosignature-malformed');
  const far = new Uint8Array(bytes);
  far[0] = 0x7f;
  expect(codeOf(() => verifyCosignature(witness, TEXT, far))).toBe('cosignature-malformed');
  expect(codeOf(() => cosign(witness, TEXT, 1.5))).toBe('out-of-range');
  expect(codeOf(() => cosign(witness, TEXT, -1))).toBe('out-of-range');
});
