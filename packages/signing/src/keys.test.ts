import { createPrivateKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { samePoint } from './curve.ts';
import {
  exportRunKeys,
  exportSigningKey,
  generateOpeningKey,
  generateRunKeys,
  generateSigningKey,
  importRunKeys,
  importSigningKey,
  signingKeyOf,
} from './keys.ts';
import { importSealKey, importVerifyKey, thumbprintOf } from './public-key.ts';

const P = 2n ** 255n - 19n;
const bytesOf = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
const jwk = (crv: 'Ed25519' | 'X25519', bytes: Uint8Array) => ({
  kty: 'OKP',
  crv,
  x: Buffer.from(bytes).toString('base64url'),
});
const ed = (bytes: Uint8Array): string => {
  try {
    return importVerifyKey(jwk('Ed25519', bytes)).kid;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const x = (bytes: Uint8Array): string => {
  try {
    return importSealKey(jwk('X25519', bytes)).kid;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

// y of the points of order 8 on edwards25519, and u of the points of order 8 on curve25519.
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d7a17c705n;
const Y8B = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const U8 = 0x57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5fn;
const U8B = 0x00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0n;
const withSign = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[31] = (copy[31] as number) | 0x80;
  return copy;
};

describe('an Ed25519 public key', () => {
  it('is taken when it comes from a generator', () => {
    for (let i = 0; i < 20; i++) expect(generateSigningKey().kid).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each([0n, 1n, P - 1n, Y8, P - Y8, Y8B, P - Y8B])('of small order is refused: y = %s', (y) => {
    expect(ed(bytesOf(y))).toBe('bad-key');
    expect(ed(withSign(bytesOf(y)))).toBe('bad-key');
  });

  it.each([P, P + 1n, P + 2n, P + 3n, 2n ** 255n - 1n])('that is not canonical is refused: y = %s', (y) => {
    expect(ed(bytesOf(y))).toBe('bad-key');
    expect(ed(withSign(bytesOf(y)))).toBe('bad-key');
  });

  it('off the curve is refused: about half of all encodings are', () => {
    const answers = Array.from({ length: 40 }, (_, i) => ed(bytesOf(BigInt(i + 2))));
    const off = answers.filter((answer) => answer === 'bad-key').length;
    expect(off).toBeGreaterThan(8);
    expect(off).toBeLessThan(32);
  });

  it('has a thumbprint as RFC 8037 appendix A.3 shows it, and as jose computes it', async () => {
    const known = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(thumbprintOf(known)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(importVerifyKey(known).kid).toBe(await calculateJwkThumbprint(known));
    const { jwk: own, kid } = generateOpeningKey();
    expect(kid).toBe(await calculateJwkThumbprint(own));
  });

  it.each([
    ['a private member', { ...generateSigningKey().jwk, d: 'A'.repeat(43) }],
    ['another curve', { ...generateSigningKey().jwk, crv: 'X25519' }],
    ['another type', { ...generateSigningKey().jwk, kty: 'EC' }],
    ['a kid of its own', { ...generateSigningKey().jwk, kid: 'mine' }],
    ['spare bits', { ...generateSigningKey().jwk, x: `${'A'.repeat(42)}B` }],
    ['padding', { ...generateSigningKey().jwk, x: `${'A'.repeat(43)}=` }],
    ['null', null],
  ])('with %s is refused', (_, value) => {
    expect(() => importVerifyKey(value)).toThrow(expect.objectContaining({ code: 'bad-form' }));
  });
});

describe('an X25519 public key', () => {
  it.each([0n, 1n, P - 1n, U8, U8B])('of small order is refused: u = %s', (u) => {
    expect(x(bytesOf(u))).toBe('bad-key');
    const { privateKey } = generateKeyPairSync('x25519');
    const shared = () => diffieHellman({ privateKey, publicKey: importRaw(u) });
    expect(shared).toThrow();
  });

  it.each([P, P + 1n, 2n ** 255n - 1n])('that is not canonical is refused: u = %s', (u) => {
    expect(x(bytesOf(u))).toBe('bad-key');
  });

  it('with the top bit set is refused: it would be a second spelling', () => {
    const good = Buffer.from(generateOpeningKey().jwk.x, 'base64url');
    expect(x(good)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(x(withSign(good))).toBe('bad-key');
  });
});

const importRaw = (u: bigint) => {
  const spki = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), bytesOf(u)]);
  return { key: spki, format: 'der', type: 'spki' } as unknown as Parameters<typeof diffieHellman>[0]['publicKey'];
};

describe('the two forms of one point', () => {
  it('are recognised: the base points are one', () => {
    const nine = bytesOf(9n);
    const base = Buffer.from(`58${'66'.repeat(31)}`, 'hex');
    expect(samePoint(base, nine)).toBe(true);
    expect(samePoint(base, bytesOf(10n))).toBe(false);
  });
});

describe('private keys', () => {
  const keys = { ...generateRunKeys(), formerEncryption: [generateOpeningKey()] };

  it('are three different keys for a run', () => {
    expect(new Set([keys.signing.kid, keys.encryption.kid, keys.witness.kid]).size).toBe(3);
  });

  it('go to a key file and come back', () => {
    const back = importRunKeys(exportRunKeys(keys));
    expect(back.signing.kid).toBe(keys.signing.kid);
    expect(back.formerEncryption.map(({ kid }) => kid)).toEqual(keys.formerEncryption.map(({ kid }) => kid));
    expect(exportRunKeys(back)).toBe(exportRunKeys(keys));
    expect(importSigningKey(exportSigningKey(keys.witness)).kid).toBe(keys.witness.kid);
  });

  it('are refused when their halves are no pair, and are not shown', () => {
    const file = JSON.parse(exportRunKeys(keys));
    const swapped = { ...file, signing: { ...file.signing, x: keys.witness.jwk.x } };
    const secret = file.signing.d as string;
    const attempt = () => importRunKeys(JSON.stringify(swapped));
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-key' }));
    expect(attempt).not.toThrow(secret);
  });

  it.each([
    ['no JSON', '{'],
    ['another format', '{"format":"eads-keys/v2"}'],
    ['a list', '[]'],
  ])('are refused from %s', (_, text) => {
    expect(() => importRunKeys(text)).toThrow(expect.objectContaining({ code: 'bad-form' }));
    expect(() => importSigningKey(text)).toThrow(expect.objectContaining({ code: 'bad-form' }));
  });

  it('of another algorithm are no signing keys', () => {
    const wrong = createPrivateKey({ key: keys.encryption.privateKey.export({ format: 'jwk' }), format: 'jwk' });
    expect(() => signingKeyOf(wrong)).toThrow(expect.objectContaining({ code: 'bad-form' }));
  });
});
