import { createPublicKey, type KeyObject } from 'node:crypto';
import { asBuffer, equalBytes, fromBase64, toBase64 } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { sha256 } from './hash.ts';

/** Signature type of a log's Ed25519 key (C2SP signed-note). */
export const TYPE_ED25519 = 0x01;
/** Signature type of a witness's timestamped Ed25519 cosignature (C2SP tlog-cosignature). */
export const TYPE_COSIGNATURE = 0x04;

/** Signature types that this package signs and verifies. */
export type NoteKeyType = typeof TYPE_ED25519 | typeof TYPE_COSIGNATURE;

/** A key that verifies signatures on notes. Name and id together tell which lines it speaks for. */
export interface NoteKey {
  readonly name: string;
  /** The key id, eight hex digits. */
  readonly id: string;
  readonly type: NoteKeyType;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly key: KeyObject;
}

/** A key that signs notes, and the public half that verifies them. */
export interface NoteSigner extends NoteKey {
  readonly privateKey: KeyObject;
}

const PUBLIC_KEY_BYTES = 32;

/** A key name: not empty, no spaces of any kind, no plus, no control characters (C2SP signed-note). */
export const isKeyName = (name: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is how they are kept out
  name.isWellFormed() && /^[^\s\u0000-\u0020\u0085+]{1,255}$/u.test(name);

/** SHA-256(name || 0x0A || type || public key)[:4] as hex (C2SP signed-note). */
export const keyId = (name: string, type: number, publicKey: Uint8Array): string => {
  const hash = sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]));
  return asBuffer(hash).toString('hex', 0, 4);
};

const malformed = (why: string): LedgerError => new LedgerError('note-key-malformed', why);

/** A verifier's key from its raw 32 bytes. Throws `note-key-malformed`. Small-order keys are kept out at enrolment. */
export const noteKey = (name: string, type: NoteKeyType, publicKey: Uint8Array): NoteKey => {
  if (!isKeyName(name)) {
    throw malformed(`${JSON.stringify(name)} is no key name: it must have 1 to 255 characters, no space and no plus.`);
  }
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw malformed(`An Ed25519 public key has ${PUBLIC_KEY_BYTES} bytes; that of ${name} has ${publicKey.length}.`);
  }
  const x = asBuffer(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return { name, id: keyId(name, type, publicKey), type, publicKey: new Uint8Array(publicKey), key };
};

/** A signer from an Ed25519 private key. Throws `note-key-malformed` for another algorithm. */
export const noteSigner = (name: string, type: NoteKeyType, privateKey: KeyObject): NoteSigner => {
  if (privateKey.asymmetricKeyType !== 'ed25519' || privateKey.type !== 'private') {
    throw malformed(`The key ${name} must be an Ed25519 private key.`);
  }
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { ...noteKey(name, type, Buffer.from(x as string, 'base64url')), privateKey };
};

/** `name+hex(id)+base64(type || public key)`, the way in which keys are written down (C2SP signed-note). */
export const formatVkey = (key: NoteKey): string =>
  `${key.name}+${key.id}+${toBase64(Buffer.concat([Buffer.of(key.type), key.publicKey]))}`;

/** Reads a vkey of a type that this package knows. The base64 may hold a plus. Throws `note-key-malformed`. */
export const parseVkey = (vkey: string): NoteKey => {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw malformed('A key is written <name>+<key id>+<base64>.');
  const name = vkey.slice(0, first);
  const data = fromBase64(vkey.slice(second + 1));
  if (data === undefined || data.length < 1)
    throw malformed(`The base64 of the key ${JSON.stringify(name)} is broken.`);
  const type = data[0];
  if (type !== TYPE_ED25519 && type !== TYPE_COSIGNATURE) {
    throw malformed(`The key ${JSON.stringify(name)} is of type ${type}; known are 1 (Ed25519) and 4 (cosignature).`);
  }
  const key = noteKey(name, type, data.subarray(1));
  if (key.id !== vkey.slice(first + 1, second)) {
    throw malformed(`The id in the key ${JSON.stringify(name)} is not that of its bytes; it should be ${key.id}.`);
  }
  return key;
};

/** Same name, type and public key. */
export const equalNoteKeys = (a: NoteKey, b: NoteKey): boolean =>
  a.name === b.name && a.type === b.type && equalBytes(a.publicKey, b.publicKey);
