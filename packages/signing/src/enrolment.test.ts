import { SECRETARIAT } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { signEnrolment, verifyEnrolment, witnessName } from './enrolment.ts';
import { signCompact } from './jws.ts';
import { generateRunKeys, type RunKeys } from './keys.ts';
import { formatVkey, LOG_KEY_TYPE, WITNESS_KEY_TYPE } from './vkey.ts';

const ORIGIN = 'test0001/practice/1';
const keys = generateRunKeys();
const block = (changed: object = {}, by = keys): string =>
  signCompact(
    'eads-enrol+jws',
    {
      origin: ORIGIN,
      member: 'ID',
      signing: keys.signing.jwk,
      encryption: keys.encryption.jwk,
      witness: formatVkey('test0001/practice/ID', WITNESS_KEY_TYPE, keys.witness),
      ...changed,
    },
    by.signing,
  );
const code = (text: string, expected: { origin: string; member?: string } = { origin: ORIGIN, member: 'ID' }) => {
  try {
    verifyEnrolment(text, expected);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
/** Montgomery form of an Ed25519 public key: u = (1 + y) / (1 - y). */
const montgomery = (x: string): string => {
  const p = 2n ** 255n - 19n;
  const hex = Buffer.from(x, 'base64url').reverse().toString('hex');
  const y = BigInt(`0x${hex}`) & (2n ** 255n - 1n);
  const pow = (b: bigint, e: bigint): bigint => (e === 0n ? 1n : ((e & 1n ? b : 1n) * pow((b * b) % p, e >> 1n)) % p);
  const u = ((1n + y) * pow((((1n - y) % p) + p) % p, p - 2n)) % p;
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse().toString('base64url');
};

describe('an enrolment block', () => {
  it('is made, and verified to the keys inside', () => {
    const enrolment = verifyEnrolment(signEnrolment(ORIGIN, 'ID', keys), { origin: ORIGIN, member: 'ID' });
    expect(enrolment).toMatchObject({ origin: ORIGIN, member: 'ID' });
    expect(enrolment.signing.kid).toBe(keys.signing.kid);
    expect(enrolment.encryption.kid).toBe(keys.encryption.kid);
    expect(enrolment.witness).toMatchObject({ name: 'test0001/practice/ID', key: { kid: keys.witness.kid } });
  });

  it('of the Secretariat has no witness key', () => {
    const enrolment = verifyEnrolment(signEnrolment(ORIGIN, SECRETARIAT, keys), { origin: ORIGIN });
    expect(enrolment.witness).toBeNull();
    const member = SECRETARIAT;
    expect(code(block({ member }), { origin: ORIGIN, member })).toBe('bad-form');
    expect(code(block({ witness: null }))).toBe('bad-form');
  });

  it('names the witness by instance, run and member: one name for every epoch', () => {
    expect(witnessName('a/b/c', 'ID')).toBe('a/b/ID');
    for (const name of ['test0001/practice/MY', 'test0001/practice/1/ID', 'test0001/other/ID', ORIGIN]) {
      expect(code(block({ witness: formatVkey(name, WITNESS_KEY_TYPE, keys.witness) }))).toBe('bad-form');
    }
    const asLog = formatVkey('test0001/practice/ID', LOG_KEY_TYPE, keys.witness);
    expect(code(block({ witness: asLog }))).toBe('bad-form');
  });

  it('is for one origin and member', () => {
    expect(code(block())).toBe('ok');
    expect(code(block(), { origin: 'test0001/practice/2', member: 'ID' })).toBe('bad-form');
    expect(code(block(), { origin: ORIGIN, member: 'MY' })).toBe('bad-form');
    expect(code(block(), { origin: ORIGIN })).toBe('ok');
  });

  it('is signed by the signing key inside, which proves that the member holds it', () => {
    expect(code(block({}, generateRunKeys()))).toBe('bad-signature');
    const text = block();
    const bent = `${text.slice(0, -3)}${text.at(-3) === 'A' ? 'B' : 'A'}${text.slice(-2)}`;
    expect(code(bent)).toBe('bad-signature');
    const mismatched: RunKeys = {
      ...keys,
      signing: { ...keys.signing, privateKey: generateRunKeys().signing.privateKey },
    };
    expect(() => signEnrolment(ORIGIN, 'ID', mismatched)).toThrow(expect.objectContaining({ code: 'bad-signature' }));
  });

  it('has three different keys, in either form', () => {
    const witness = formatVkey('test0001/practice/ID', WITNESS_KEY_TYPE, keys.signing);
    expect(code(block({ witness }))).toBe('bad-key');
    for (const { jwk } of [keys.signing, keys.witness]) {
      expect(code(block({ encryption: { kty: 'OKP', crv: 'X25519', x: montgomery(jwk.x) } }))).toBe('bad-key');
    }
    expect(code(block({ encryption: { ...keys.encryption.jwk, x: keys.signing.jwk.x } }))).toBe('bad-key');
  });

  it('with an unsound key is refused', () => {
    const x = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString('base64url');
    expect(code(block({ signing: { kty: 'OKP', crv: 'Ed25519', x } }))).toBe('bad-key');
    expect(code(block({ encryption: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } }))).toBe('bad-key');
  });

  it('of another type, with more or fewer members, or too long is refused', () => {
    expect(code(signCompact('eads+jws', {}, keys.signing))).toBe('wrong-type');
    expect(code(block({ note: 'x' }))).toBe('bad-form');
    expect(code(block({ encryption: undefined }))).toBe('bad-form');
    expect(code(block({ note: 'x'.repeat(5000) }))).toBe('bad-form');
    expect(code('')).toBe('bad-form');
  });
});
