import { hash } from 'node:crypto';
import { fromBase64url, toBase64url } from './base64url.ts';
import { SigningError } from './errors.ts';
import { importVerifyKey, type VerifyKey } from './public-key.ts';

/** A log's Ed25519 key (C2SP signed-note). */
export const LOG_KEY_TYPE = 0x01;
/** A witness's timestamped Ed25519 cosignature key (C2SP tlog-cosignature). */
export const WITNESS_KEY_TYPE = 0x04;

export type VkeyType = typeof LOG_KEY_TYPE | typeof WITNESS_KEY_TYPE;

/** A C2SP signed-note verifier key, taken apart. */
export interface Vkey {
  readonly name: string;
  readonly type: VkeyType;
  readonly key: VerifyKey;
}

/** SHA-256(name || 0x0A || type || public key)[:4] as hex. */
const keyId = (name: string, typed: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed])).slice(0, 8);

/** `name+hex(key id)+base64(type || public key)` (C2SP signed-note). `name` must hold no space and no plus. */
export const formatVkey = (name: string, type: VkeyType, key: VerifyKey): string => {
  if (!/^[^+\s]{1,200}$/u.test(name)) throw new SigningError('bad-form', 'A key name has no space and no plus.');
  const typed = Buffer.concat([Buffer.of(type), Buffer.from(key.jwk.x, 'base64url')]);
  return `${name}+${keyId(name, typed)}+${typed.toString('base64')}`;
};

/**
 * Reads a vkey of the type that the place calls for. Throws `bad-form` unless it is the one text of what it says, and
 * `bad-key` for an unsound point.
 */
export const parseVkey = (vkey: string, type: VkeyType): Vkey => {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  const name = vkey.slice(0, Math.max(first, 0));
  const typed = Buffer.from(vkey.slice(second + 1), 'base64');
  if (first < 1 || second < 0 || typed.length !== 33 || typed[0] !== type) {
    throw new SigningError('bad-form', `No note key <name>+<key id>+<base64> of type ${type} with 32 bytes.`);
  }
  const x = toBase64url(typed.subarray(1));
  const key = importVerifyKey({ kty: 'OKP', crv: 'Ed25519', x });
  if (formatVkey(name, type, key) !== vkey) {
    throw new SigningError('bad-form', `The note key ${name} is not spelled in its one way, or its id is another's.`);
  }
  return { name, type, key };
};

/** The raw 32 bytes of a key. */
export const rawKey = (key: { jwk: { crv: string; x: string } }): Buffer =>
  fromBase64url(key.jwk.x, `x of the ${key.jwk.crv} key`);
