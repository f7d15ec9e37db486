import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ed25519Jwk, x25519Jwk } from '@eads/protocol';
import * as z from 'zod';
import { SigningError } from './errors.ts';
import { importSealKey, importVerifyKey, type SealKey, type VerifyKey } from './public-key.ts';

/** An Ed25519 key pair. */
export interface SigningKey extends VerifyKey {
  readonly privateKey: KeyObject;
}

/** An X25519 key pair. */
export interface OpeningKey extends SealKey {
  readonly privateKey: KeyObject;
}

/** The keys of one member in one run. They never leave its node's data. */
export interface RunKeys {
  readonly signing: SigningKey;
  readonly encryption: OpeningKey;
  /** The Secretariat has one too, and makes no use of it. */
  readonly witness: SigningKey;
  /** Decryption keys of before, newest first: what was sealed to them must stay readable. */
  readonly formerEncryption: readonly OpeningKey[];
}

const d = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** RFC 8037 private keys. */
const privateEd25519Jwk = ed25519Jwk.extend({ d });
const privateX25519Jwk = x25519Jwk.extend({ d });
type PrivateJwk = z.infer<typeof privateEd25519Jwk> | z.infer<typeof privateX25519Jwk>;

const runKeysFile = z.strictObject({
  format: z.literal('eads-keys/v1'),
  signing: privateEd25519Jwk,
  encryption: privateX25519Jwk,
  witness: privateEd25519Jwk,
  formerEncryption: z.array(privateX25519Jwk).max(256),
});

const publicHalf = (privateKey: KeyObject): unknown => {
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty, crv, x };
};

/** A signing key from its private key object. Throws `bad-form` for another algorithm. */
export const signingKeyOf = (privateKey: KeyObject): SigningKey => ({
  ...importVerifyKey(publicHalf(privateKey)),
  privateKey,
});

const openingKeyOf = (privateKey: KeyObject): OpeningKey => ({ ...importSealKey(publicHalf(privateKey)), privateKey });

/** A fresh Ed25519 key pair from the system's randomness. */
export const generateSigningKey = (): SigningKey => signingKeyOf(generateKeyPairSync('ed25519').privateKey);

/** A fresh X25519 key pair from the system's randomness. */
export const generateOpeningKey = (): OpeningKey => openingKeyOf(generateKeyPairSync('x25519').privateKey);

/** Fresh keys for a run: three different keys. */
export const generateRunKeys = (): RunKeys => ({
  signing: generateSigningKey(),
  encryption: generateOpeningKey(),
  witness: generateSigningKey(),
  formerEncryption: [],
});

const privateJwk = ({ privateKey }: SigningKey | OpeningKey): PrivateJwk => {
  const { kty, crv, x, d: secret } = privateKey.export({ format: 'jwk' });
  return { kty, crv, x, d: secret } as PrivateJwk;
};

const loadPrivate = <Key extends SigningKey | OpeningKey>(jwk: PrivateJwk, of: (key: KeyObject) => Key): Key => {
  const key = of(createPrivateKey({ key: { ...jwk }, format: 'jwk' }));
  if (key.jwk.x !== jwk.x) {
    throw new SigningError('bad-key', `The private ${jwk.crv} key and the public key beside it are not a pair.`);
  }
  return key;
};

/** The private JWK (RFC 8037) of a key, as JSON text. */
export const exportSigningKey = (key: SigningKey): string => JSON.stringify(privateJwk(key));

const readJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new SigningError('bad-form', `The ${what} is not JSON. Restore it from a backup.`);
  }
};

/** The key of a private JWK text. Throws `bad-form`, and `bad-key` where its halves are no pair. Never shows the key. */
export const importSigningKey = (text: string): SigningKey => {
  const read = privateEd25519Jwk.safeParse(readJson(text, 'signing key'));
  if (!read.success) throw new SigningError('bad-form', 'The signing key is no private Ed25519 JWK.');
  return loadPrivate(read.data, signingKeyOf);
};

/** A node's key file (`eads-keys/v1`), JSON. Keep it at mode 0600. */
export const exportRunKeys = (keys: RunKeys): string =>
  `${JSON.stringify({
    format: 'eads-keys/v1',
    signing: privateJwk(keys.signing),
    encryption: privateJwk(keys.encryption),
    witness: privateJwk(keys.witness),
    formerEncryption: keys.formerEncryption.map(privateJwk),
  })}\n`;

/** Reads a node's key file. Throws `bad-form`, and `bad-key` where the halves of a key are no pair. Never shows a key. */
export const importRunKeys = (text: string): RunKeys => {
  const read = runKeysFile.safeParse(readJson(text, 'key file'));
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') || 'the top';
    throw new SigningError('bad-form', `The key file is not of the form eads-keys/v1 at ${where}.`);
  }
  return {
    signing: loadPrivate(read.data.signing, signingKeyOf),
    encryption: loadPrivate(read.data.encryption, openingKeyOf),
    witness: loadPrivate(read.data.witness, signingKeyOf),
    formerEncryption: read.data.formerEncryption.map((jwk) => loadPrivate(jwk, openingKeyOf)),
  };
};
