import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 section 5 read literally, bit by bit. */
const naive = (text: string): number[] | undefined => {
  const bits = [...text].map((char) => ALPHABET.indexOf(char));
  if (bits.some((value) => value < 0)) return undefined;
  const all = bits.map((value) => value.toString(2).padStart(6, '0')).join('');
  const spare = all.length % 8;
  if (spare >= 6 || all.slice(all.length - spare).includes('1')) return undefined;
  return (all.slice(0, all.length - spare).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
};

const attempt = (text: string): number[] | undefined => {
  try {
    return [...fromBase64url(text, 'text')];
  } catch (error) {
    expect(error).toMatchObject({ name: 'SigningError', code: 'bad-form' });
    return undefined;
  }
};

describe('base64url', () => {
  it('gives back the bytes that were written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(attempt(toBase64url(bytes))).toEqual([...bytes]);
      }),
    );
  });

  it('reads what the standard allows and nothing else, whatever the text', () => {
    const char = fc.constantFrom(...ALPHABET, '+', '/', '=', ' ', '\n', '.', 'é', '\u0000');
    const nearly = fc.string({ unit: char, maxLength: 12 });
    const bare = fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(nearly, bare), (text) => {
        expect(attempt(text)).toEqual(naive(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['QQ==', 'QR', 'QUJ', 'Q', 'Q Q', 'QQ\n', '+w', '/w', 'QQ.', 'QQé'])('refuses %j', (text) => {
    expect(attempt(text)).toBeUndefined();
  });

  it('names the text in the message', () => {
    expect(() => fromBase64url('QR', 'signature')).toThrow(/signature is not canonical base64url/);
  });
});
