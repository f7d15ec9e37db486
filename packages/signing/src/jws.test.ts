import { flattenedVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { readPayload } from './canonical.ts';
import { parseCompact, signCompact, verifyCompact, verifyCompactSync } from './jws.ts';
import { generateSigningKey } from './keys.ts';

const key = generateSigningKey();
const other = generateSigningKey();
const text = signCompact('eads+jws', { a: 1, b: 'é' }, key);
const [header, payload, signature] = text.split('.') as [string, string, string];
const encode = (value: string): string => Buffer.from(value).toString('base64url');
const code = (jws: string): string => {
  try {
    parseCompact(jws, 'eads+jws');
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const withHeader = (json: string): string => code(`${encode(json)}.${payload}.${signature}`);

describe('a compact JWS', () => {
  it('is taken apart and verifies, both ways, here and in jose', async () => {
    const jws = parseCompact(text, 'eads+jws');
    expect(jws.header).toEqual({ alg: 'Ed25519', kid: key.kid, typ: 'eads+jws' });
    expect(readPayload(jws.payloadBytes).value).toEqual({ a: 1, b: 'é' });
    expect(verifyCompactSync(jws, key)).toBe(true);
    expect(await verifyCompact(jws, key)).toBe(true);
    const flat = { protected: header, payload, signature };
    expect((await flattenedVerify(flat, key.publicKey)).protectedHeader?.kid).toBe(key.kid);
  });

  it('does not verify under another key, nor under another key with this kid', async () => {
    const jws = parseCompact(text, 'eads+jws');
    for (const wrong of [other, { ...other, kid: key.kid }]) {
      expect(verifyCompactSync(jws, wrong)).toBe(false);
      expect(await verifyCompact(jws, wrong)).toBe(false);
    }
  });

  it('does not verify under the right key with another kid in its header', async () => {
    const forged = signCompact('eads+jws', { a: 1 }, { ...key, kid: other.kid });
    const jws = parseCompact(forged, 'eads+jws');
    expect(verifyCompactSync(jws, key)).toBe(false);
    expect(await verifyCompact(jws, key)).toBe(false);
    expect(verifyCompactSync(jws, other)).toBe(false);
  });

  it('does not verify after any one bit of it was changed', async () => {
    for (let i = 0; i < text.length; i++) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ bit) + text.slice(i + 1);
        const outcome = code(changed);
        if (outcome === 'ok') expect(verifyCompactSync(parseCompact(changed, 'eads+jws'), key)).toBe(false);
      }
    }
  });

  it('made for another purpose is of the wrong type', () => {
    for (const typ of ['eads-inner+jws', 'eads-session+jws', 'eads-receipt+jws', 'eads-enrol+jws'] as const) {
      expect(code(signCompact(typ, { a: 1 }, key))).toBe('wrong-type');
    }
  });

  it.each([
    ['another order', `{"kid":"${key.kid}","alg":"Ed25519","typ":"eads+jws"}`],
    ['white space', `{"alg":"Ed25519", "kid":"${key.kid}","typ":"eads+jws"}`],
    ['a fourth member', `{"alg":"Ed25519","kid":"${key.kid}","typ":"eads+jws","jku":"x"}`],
    ['a member twice', `{"alg":"Ed25519","alg":"Ed25519","kid":"${key.kid}","typ":"eads+jws"}`],
    ['crit', `{"alg":"Ed25519","crit":["b64"],"kid":"${key.kid}","typ":"eads+jws"}`],
    ['no typ', `{"alg":"Ed25519","kid":"${key.kid}"}`],
    ['an unknown typ', `{"alg":"Ed25519","kid":"${key.kid}","typ":"JWT"}`],
    ['the alg EdDSA', `{"alg":"EdDSA","kid":"${key.kid}","typ":"eads+jws"}`],
    ['the alg none', `{"alg":"none","kid":"${key.kid}","typ":"eads+jws"}`],
    ['the alg HS256', `{"alg":"HS256","kid":"${key.kid}","typ":"eads+jws"}`],
    ['a kid with a quote in it', `{"alg":"Ed25519","kid":"${'A'.repeat(42)}\\"","typ":"eads+jws"}`],
    ['a short kid', '{"alg":"Ed25519","kid":"A","typ":"eads+jws"}'],
    ['nothing', ''],
    ['an array', '[]'],
    ['a long text', `{"alg":"Ed25519","kid":"${'A'.repeat(400)}","typ":"eads+jws"}`],
  ])('with a protected header that has %s is refused', (_, json) => {
    expect(withHeader(json)).toBe('bad-form');
  });

  it('is refused in another shape', () => {
    expect(code('')).toBe('bad-form');
    expect(code('..')).toBe('bad-form');
    expect(code(`${header}.${payload}`)).toBe('bad-form');
    expect(code(`${header}..${signature}`)).toBe('bad-form');
    expect(code(`${header}.${payload}.`)).toBe('bad-form');
    expect(code(`${text}.`)).toBe('bad-form');
    expect(code(`${text}.${signature}`)).toBe('bad-form');
    expect(code(` ${text}`)).toBe('bad-form');
    expect(code(`${text}=`)).toBe('bad-form');
    expect(code(`${header}=.${payload}.${signature}`)).toBe('bad-form');
    expect(code(`${header}.${payload}.${signature.slice(0, -2)}`)).toBe('bad-form');
    expect(() => parseCompact(text, 'eads+jws', text.length - 1)).toThrow(
      expect.objectContaining({ code: 'bad-form' }),
    );
  });

  it('cannot fill memory with headers of strangers', () => {
    for (let i = 0; i < 3000; i++) {
      const kid = i.toString(36).padStart(43, 'A');
      expect(withHeader(`{"alg":"Ed25519","kid":"${kid}","typ":"eads+jws"}`)).toBe('ok');
    }
    expect(verifyCompactSync(parseCompact(text, 'eads+jws'), key)).toBe(true);
  });

  it('is not signed over what nobody would read', () => {
    expect(() => signCompact('eads+jws', { a: '\udc00' }, key)).toThrow(expect.objectContaining({ code: 'bad-form' }));
    expect(() => signCompact('eads+jws', { a: 'xxxxxxxxxx' }, key, 10)).toThrow(
      expect.objectContaining({ code: 'bad-form' }),
    );
  });
});
