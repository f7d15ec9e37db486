import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { type Ed25519Jwk, ed25519Jwk, type X25519Jwk, x25519Jwk } from '@eads/protocol';
import { fromBase64url } from './base64url.ts';
import { ed25519Fault, x25519Fault } from './curve.ts';
import { SigningError } from './errors.ts';

/** A public key, checked, with its RFC 7638 thumbprint. */
export interface PublicKey<Jwk extends Ed25519Jwk | X25519Jwk = Ed25519Jwk | X25519Jwk> {
  readonly kid: string;
  readonly jwk: Jwk;
  readonly publicKey: KeyObject;
}

/** An Ed25519 key that verifies. */
export type VerifyKey = PublicKey<Ed25519Jwk>;
/** An X25519 key that is encrypted to. */
export type SealKey = PublicKey<X25519Jwk>;

/** RFC 7638 thumbprint of an OKP key, SHA-256, base64url: the `kid` everywhere. */
export const thumbprintOf = (jwk: { crv: string; x: string }): string =>
  hash('sha256', `{"crv":"${jwk.crv}","kty":"OKP","x":"${jwk.x}"}`, 'base64url');

/** Checking a point costs about a millisecond and a run has few keys, so that the answer is kept. */
const MAX_KEPT = 1024;
const kept = new Map<string, PublicKey>();

const load = <Jwk extends Ed25519Jwk | X25519Jwk>(
  { kty, crv, x }: Jwk,
  fault: (key: Uint8Array) => string | undefined,
): PublicKey<Jwk> => {
  const name = `${crv} ${x}`;
  const known = kept.get(name);
  if (known) return known as PublicKey<Jwk>;
  const wrong = fault(fromBase64url(x, `x of the ${crv} key`));
  if (wrong !== undefined) throw new SigningError('bad-key', `The ${crv} key must not be used: ${wrong}.`);
  const jwk = { kty, crv, x } as Jwk;
  const key = { kid: thumbprintOf(jwk), jwk, publicKey: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }) };
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value as string);
  kept.set(name, key);
  return key;
};

const notOf = (crv: string): SigningError =>
  new SigningError('bad-form', `The key is no public ${crv} JWK of exactly kty, crv and x.`);

/**
 * An Ed25519 key from its public JWK (RFC 8037). Throws `bad-form` for another shape, `bad-key` for a point that is of
 * small order, off the curve or not canonically encoded.
 */
export const importVerifyKey = (jwk: unknown): VerifyKey => {
  const read = ed25519Jwk.safeParse(jwk);
  if (!read.success) throw notOf('Ed25519');
  return load(read.data, ed25519Fault);
};

/** An X25519 key from its public JWK (RFC 8037). Throws `bad-form` and `bad-key` like `importVerifyKey`. */
export const importSealKey = (jwk: unknown): SealKey => {
  const read = x25519Jwk.safeParse(jwk);
  if (!read.success) throw notOf('X25519');
  return load(read.data, x25519Fault);
};
