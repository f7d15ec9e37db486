import { createHash, sign } from 'node:crypto';
import type { SignedType } from '@eads/protocol';
import { type SigningKey, signingKeyOf, uuidv7 } from '@eads/signing';
import { fixedBytes, fixedKey } from '../ledger/fixed-keys.ts';

export const ORIGIN = 'vector01/practice/1';
export const ID: SigningKey = signingKeyOf(fixedKey('ID signing'));
export const MY: SigningKey = signingKeyOf(fixedKey('MY signing'));
export const HUB: SigningKey = signingKeyOf(fixedKey('HUB'));

export const encode = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url');

/** A protected header as it must be. */
export const headerText = (typ: string = 'eads+jws', kid = ID.kid, alg = 'Ed25519'): string =>
  `{"alg":"${alg}","kid":"${kid}","typ":"${typ}"}`;

/** Signs two texts as they stand, whatever they say: base64url comes from the caller. */
export const signRaw = (header: string, payload: string, key: SigningKey = ID): string => {
  const input = `${header}.${payload}`;
  return `${input}.${encode(sign(null, Buffer.from(input), key.privateKey))}`;
};

/** Signs payload bytes under a proper header. */
export const signBytes = (payload: string | Uint8Array, typ: SignedType = 'eads+jws', key = ID): string =>
  signRaw(encode(headerText(typ, key.kid)), encode(payload), key);

/** A valid message to change: ID withdraws a notice. */
export const claims = {
  origin: ORIGIN,
  id: uuidv7(1_795_593_600_000, fixedBytes('id', 10)),
  kind: 'notice.cancel',
  v: 1,
  from: 'ID',
  actor: 'seat-1',
  to: 'all' as 'all' | string[],
  sentAt: '2026-11-25T08:00:00.000Z',
  inReplyTo: null,
  handling: { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null },
  nonce: encode(fixedBytes('nonce', 16)),
  body: {
    ref: `ID/${uuidv7(1_795_507_200_000, fixedBytes('ref', 10))}`,
    version: 2,
    reason: 'EXERCISE. Found.',
  } as Record<string, unknown>,
};

export const payload = JSON.stringify(claims);
export const jws = signBytes(payload);
export const [header, body, signature] = jws.split('.') as [string, string, string];

/** The same with something else in it, properly signed. */
export const changed = (more: object): string => signBytes(JSON.stringify({ ...claims, ...more }));

/** Sets a bit that no decoder needs in the last character of a base64url text. */
export const spareBit = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) as string) ^ 1];
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
