import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type NoteSigner, noteSigner } from '@eads/ledger';
import { importRunKeys, type RunKeys, type SigningKey, signingKeyOf, witnessName } from '@eads/signing';
import { fixedKey } from '../ledger/fixed-keys.ts';

export const ORIGIN = 'vectors/practice/e1';

/** `<set> <member> <generation>`: the vectors' keys are the set `true`, an attacker's are another. */
const label = (set: string, member: string, generation: number): string => `export ${set} ${member} ${generation}`;

const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

const fixedX25519 = (name: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([X25519_PKCS8, createHash('sha256').update(`vector key ${name}`).digest()]),
    format: 'der',
    type: 'pkcs8',
  });

const jwkOf = (key: KeyObject) => {
  const { kty, crv, x } = createPublicKey(key).export({ format: 'jwk' });
  return { kty, crv, x, d: key.export({ format: 'jwk' }).d };
};

/** Run keys made from names: always the same, and worth nothing outside tests. */
export const runKeys = (set: string, member: string, generation = 1): RunKeys => {
  const name = label(set, member, generation);
  return importRunKeys(
    JSON.stringify({
      format: 'eads-keys/v1',
      signing: jwkOf(fixedKey(`${name} signing`)),
      encryption: jwkOf(fixedX25519(`${name} encryption`)),
      witness: jwkOf(fixedKey(`${name} witness`)),
      formerEncryption: [],
    }),
  );
};

export const hubKey = (set: string): SigningKey => signingKeyOf(fixedKey(`export ${set} hub`));
export const logSigner = (set: string): NoteSigner => noteSigner(ORIGIN, 1, fixedKey(`export ${set} log`));
export const witnessSigner = (set: string, member: string, generation = 1): NoteSigner =>
  noteSigner(witnessName(ORIGIN, member), 4, fixedKey(`${label(set, member, generation)} witness`));
