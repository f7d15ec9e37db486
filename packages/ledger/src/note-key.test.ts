import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatVkey, isKeyName, keyId, noteKey, noteSigner, parseVkey } from './note-key.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';

const log = noteSigner('inst/run/e1', 1, fixedKey('log'));
const witness = noteSigner('inst/run/ID', 4, fixedKey('witness ID'));

describe('key ids', () => {
  test('are the first four bytes of SHA-256(name, line feed, type, key)', () => {
    const whole = createHash('sha256')
      .update('inst/run/ID\n')
      .update(Buffer.of(4))
      .update(witness.publicKey)
      .digest('hex');
    expect(witness.id).toBe(whole.slice(0, 8));
    expect(keyId('inst/run/ID', 1, witness.publicKey)).not.toBe(witness.id);
  });
});

describe('vkeys', () => {
  test('read back', () => {
    for (const key of [log, witness]) {
      const read = parseVkey(formatVkey(key));
      expect([read.name, read.id, read.type, read.publicKey]).toEqual([key.name, key.id, key.type, key.publicKey]);
    }
  });

  test('split at the first two plus signs only, as base64 may hold more', () => {
    let vkey = '';
    for (let i = 0; !vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1) + 1).includes('+'); i++) {
      vkey = formatVkey(noteSigner('n', 1, fixedKey(`plus ${i}`)));
    }
    expect(formatVkey(parseVkey(vkey))).toBe(vkey);
  });

  const good = formatVkey(log);
  test.each([
    ['nothing', ''],
    ['no plus', 'name'],
    ['one plus', 'name+00000000'],
    ['an id of other bytes', good.replace(`+${log.id}+`, '+00000000+')],
    ['an id in capitals', good.replace(log.id, `${log.id.toUpperCase()} `)],
    ['a name that is not the id’s', good.replace('inst', 'other')],
    ['an empty name', good.slice(good.indexOf('+'))],
    ['a space in the name', good.replace('inst', 'in st')],
    ['padding where there is none', `${good}=`],
    ['a type unknown here', `n+00000000+${Buffer.alloc(33, 6).toString('base64')}`],
    ['a short key', `n+00000000+${Buffer.alloc(32, 1).toString('base64')}`],
    ['an empty key', 'n+00000000+'],
  ])('refuse %s', (_name, vkey) => {
    expect(codeOf(() => parseVkey(vkey))).toBe('note-key-malformed');
  });
});

test('a name has no space, plus, control character or lone surrogate, and is not empty', () => {
  expect(isKeyName('example.com/log')).toBe(true);
  expect(isKeyName('ålesund')).toBe(true);
  for (const bad of [
    '',
    'a b',
    'a+b',
    'a\nb',
    'a\u00a0b',
    'a\u2003b',
    'a\u0085b',
    'a\u0000b',
    '\ud800',
    'x'.repeat(256),
  ]) {
    expect(isKeyName(bad)).toBe(false);
  }
});

test('a signer is an Ed25519 private key', () => {
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(codeOf(() => noteSigner('n', 1, rsa.privateKey))).toBe('note-key-malformed');
  expect(codeOf(() => noteSigner('n', 1, log.key))).toBe('note-key-malformed');
  expect(codeOf(() => noteKey('n', 1, new Uint8Array(31)))).toBe('note-key-malformed');
});
