import { describe, expect, it } from 'vitest';
import { generateSigningKey } from './keys.ts';
import { formatVkey, LOG_KEY_TYPE, parseVkey, rawKey, WITNESS_KEY_TYPE } from './vkey.ts';

const key = generateSigningKey();
const vkey = formatVkey('test/run/ID', WITNESS_KEY_TYPE, key);
const code = (text: string, type: typeof LOG_KEY_TYPE | typeof WITNESS_KEY_TYPE = WITNESS_KEY_TYPE): string => {
  try {
    parseVkey(text, type);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a verifier key', () => {
  it('is written and read', () => {
    const { name, type, key: read } = parseVkey(vkey, WITNESS_KEY_TYPE);
    expect([name, type, read.kid]).toEqual(['test/run/ID', 4, key.kid]);
  });

  it('is that of the C2SP signed-note example', () => {
    const example = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const { name, key: read } = parseVkey(example, LOG_KEY_TYPE);
    expect(formatVkey(name, LOG_KEY_TYPE, read)).toBe(example);
  });

  it('is read although its base64 holds a plus', () => {
    for (let i = 0; i < 60; i++) expect(code(formatVkey('n', WITNESS_KEY_TYPE, generateSigningKey()))).toBe('ok');
  });

  it('is refused with another type, id, name, spelling or length', () => {
    const [name, id, base64] = vkey.split('+', 2).concat(vkey.slice(vkey.indexOf('+', 12) + 1));
    expect(code(vkey, LOG_KEY_TYPE)).toBe('bad-form');
    expect(code(vkey.replace('/ID+', '/MY+'))).toBe('bad-form');
    expect(code(`${name}+00000000+${base64}`)).toBe('bad-form');
    expect(code(`${name}+${id?.toUpperCase()}A+${base64}`)).toBe('bad-form');
    expect(code(`${vkey}=`)).toBe('bad-form');
    expect(code(` ${vkey}`)).toBe('bad-form');
    expect(code('')).toBe('bad-form');
    expect(code('a+b')).toBe('bad-form');
    expect(code(`${name}+${id}+${Buffer.alloc(32, 4).toString('base64')}`)).toBe('bad-form');
    const small = Buffer.concat([Buffer.of(4, 1), Buffer.alloc(31)]).toString('base64');
    expect(code(`${name}+${id}+${small}`)).toBe('bad-key');
  });

  it('is not written for a name with a space or a plus', () => {
    for (const name of ['', 'a b', 'a+b', 'a\nb']) {
      expect(() => formatVkey(name, WITNESS_KEY_TYPE, key)).toThrow(expect.objectContaining({ code: 'bad-form' }));
    }
  });

  it('gives the raw bytes of its key', () => {
    expect(rawKey(key).toString('base64url')).toBe(key.jwk.x);
  });
});
