import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRoot, leafHash, nodeHash, sha256, sha256Base64, sha256Into } from './hash.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const plain = (...parts: (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

test('the empty root is the SHA-256 of nothing', () => {
  expect(hex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a leaf hash prefixes 0x00, whether the entry is bytes, a Buffer or a text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const expected = plain(Buffer.of(0), text);
      expect(hex(leafHash(text))).toBe(expected);
      expect(hex(leafHash(Buffer.from(text)))).toBe(expected);
      expect(hex(leafHash(new Uint8Array(Buffer.from(text))))).toBe(expected);
    }),
  );
});

test('a node hash prefixes 0x01 and keeps left and right apart', () => {
  const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(hashes, hashes, (left, right) => {
      expect(hex(nodeHash(left, right))).toBe(plain(Buffer.of(1), left, right));
      expect(hex(nodeHash(Buffer.from(left), right))).toBe(plain(Buffer.of(1), left, right));
    }),
  );
});

test('a node hash refuses what is no hash', () => {
  expect(() => nodeHash(new Uint8Array(31), new Uint8Array(33))).toThrow(RangeError);
});

test('a returned hash is nobody else’s memory', () => {
  const one = emptyRoot();
  one.fill(0);
  expect(hex(emptyRoot())).toMatch(/^e3b0/);
});

test('every form of SHA-256 agrees with createHash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const expected = plain(bytes);
      expect(hex(sha256(bytes))).toBe(expected);
      expect(Buffer.from(sha256Base64(bytes), 'base64').toString('hex')).toBe(expected);
      const out = Buffer.alloc(40, 7);
      sha256Into(bytes, out, 4);
      expect(out.toString('hex')).toBe(`07070707${expected}07070707`);
    }),
  );
});
