import {
  importVerifyKey,
  openEnvelope,
  parseCompact,
  SIGNING_CODES,
  SigningError,
  verifyCompact,
  verifyCompactSync,
  verifyEnrolment,
  verifyStatementSync,
} from '@eads/signing';
import * as fc from 'fast-check';
import { compactVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { makeVectors, readVectors } from './make.ts';
import { jws as good, ID, ORIGIN } from './material.ts';
import type { Vector } from './vector.ts';

const jwkOf = (x: string) => ({ kty: 'OKP', crv: 'Ed25519', x });

const envelope = (jws: string, key: ReturnType<typeof importVerifyKey>): string => {
  const opened = openEnvelope(jws);
  if (!opened.ok) {
    const { code } = opened.refusal;
    // The typ is told apart from the signature in the vectors only.
    return code === 'bad-signature' ? 'wrong-type' : code;
  }
  if (!verifyCompactSync(opened.envelope.parsed, key)) return 'bad-signature';
  return opened.envelope.objection?.code ?? 'ok';
};

const ours = ({ typ, key: x, jws }: Pick<Vector, 'typ' | 'key' | 'jws'>): string => {
  try {
    const key = importVerifyKey(jwkOf(x));
    if (typ === 'eads+jws') return envelope(jws, key);
    if (typ === 'eads-enrol+jws') verifyEnrolment(jws, { origin: ORIGIN });
    else if (typ === 'eads-head+jws' || typ === 'eads-approval+jws') verifyStatementSync(typ, jws, key);
    else throw new Error(`no reader for ${typ}`);
    return 'ok';
  } catch (error) {
    if (error instanceof SigningError) return error.code;
    throw error;
  }
};

const joses = async ({ key: x, jws }: Pick<Vector, 'key' | 'jws'>): Promise<'ok' | 'refused'> => {
  try {
    await compactVerify(jws, await importJWK(jwkOf(x), 'Ed25519'), { algorithms: ['Ed25519'] });
    return 'ok';
  } catch {
    return 'refused';
  }
};

describe('the vectors of signed texts', () => {
  const files = readVectors();

  test('are those that make.ts makes', () => {
    expect(files).toEqual(makeVectors());
  });

  test('reach every code of the package, and every area', () => {
    const vectors = [...files.values()].map((text) => JSON.parse(text) as Vector);
    const codes = new Set(vectors.map(({ expect: code }) => code));
    const beside = ['ok', 'kind-unknown', 'not-allowed', 'too-large'];
    expect([...codes].sort()).toEqual([...SIGNING_CODES, ...beside].sort());
    const areas = new Set([...files.keys()].map((path) => path.split('/')[0]));
    expect([...areas].sort()).toEqual(['claims', 'enrolment', 'key', 'payload', 'signature', 'valid']);
  });

  test.each([...files])('%s', async (path, text) => {
    const vector = JSON.parse(text) as Vector;
    expect(ours(vector)).toBe(vector.expect);
    expect(await joses(vector)).toBe(vector.jose);
    const agreed = (vector.expect === 'ok') === (vector.jose === 'ok');
    if (path.startsWith('signature/')) expect(vector.differs === undefined).toBe(agreed);
    else expect(vector.differs).toBeUndefined();
    // Never may it be the other way round.
    if (vector.expect === 'ok') expect(vector.jose).toBe('ok');
  });
});

describe('jose and our own reading', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n';
  const edit = fc.record({
    at: fc.nat(good.length),
    remove: fc.integer({ min: 0, max: 2 }),
    insert: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 2 }),
  });

  test('agree on any text near a valid one, but for what is not canonical base64url', async () => {
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, remove, insert }) => {
        const jws = good.slice(0, at) + insert + good.slice(at + remove);
        const [we, they] = [ours({ typ: 'eads+jws', key: ID.jwk.x, jws }), await joses({ key: ID.jwk.x, jws })];
        if (we === 'ok') expect(jws).toBe(good);
        if (we !== 'ok' && they === 'ok') {
          const parts = jws.split('.');
          const canonical = parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
          expect(canonical).toBe(false);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('agree on verification, on the thread pool as on the calling thread', async () => {
    const key = importVerifyKey(ID.jwk);
    for (const text of readVectors().values()) {
      const { jws, typ } = JSON.parse(text) as Vector;
      if (typ !== 'eads+jws') continue;
      let parsed: ReturnType<typeof parseCompact>;
      try {
        parsed = parseCompact(jws, typ);
      } catch {
        continue;
      }
      expect(await verifyCompact(parsed, key)).toBe(verifyCompactSync(parsed, key));
    }
  });
});
