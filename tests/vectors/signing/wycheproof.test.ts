import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importVerifyKey, type ParsedJws, verifyCompact, verifyCompactSync } from '@eads/signing';
import { describe, expect, test } from 'vitest';
import { requires, sharedVectors } from '../../requirements.ts';

interface Suite {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'invalid' }[];
  }[];
}

describe('Wycheproof: Ed25519', requires('vectors'), () => {
  test('every signature is taken or refused as it says', async () => {
    const suite = JSON.parse(readFileSync(join(sharedVectors, 'ed25519_test.json'), 'utf8')) as Suite;
    let count = 0;
    for (const { publicKey, tests } of suite.testGroups) {
      const x = Buffer.from(publicKey.pk, 'hex').toString('base64url');
      const key = importVerifyKey({ kty: 'OKP', crv: 'Ed25519', x });
      for (const { tcId, comment, msg, sig, result } of tests) {
        const jws: ParsedJws = {
          header: { alg: 'Ed25519', kid: key.kid, typ: 'eads+jws' },
          payloadBytes: new Uint8Array(),
          signingInput: Buffer.from(msg, 'hex'),
          signature: Buffer.from(sig, 'hex'),
        };
        const what = `${tcId}: ${comment}`;
        expect([what, verifyCompactSync(jws, key)]).toEqual([what, result === 'valid']);
        expect([what, await verifyCompact(jws, key)]).toEqual([what, result === 'valid']);
        count++;
      }
    }
    expect(count).toBeGreaterThan(100);
  });
});
