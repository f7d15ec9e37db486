import * as z from 'zod';
import { memberCode } from './members.ts';
import { originName } from './text.ts';

const x = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** RFC 8037 Ed25519 public key. */
export const ed25519Jwk = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x })
  .meta({ id: 'Ed25519Key' });
/** RFC 8037 X25519 public key. */
export const x25519Jwk = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x })
  .meta({ id: 'X25519Key' });
/** C2SP signed-note verifier key: `name+hex+base64`. */
export const verifierKey = z
  .string()
  .max(300)
  .regex(/^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$/);
/** RFC 7638 thumbprint, SHA-256, base64url. */
export const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export type Ed25519Jwk = z.infer<typeof ed25519Jwk>;
export type X25519Jwk = z.infer<typeof x25519Jwk>;

/** What a node signs with its new signing key to enrol (`eads-enrol+jws`), and again at a rotation. */
export const enrolmentBlock = z
  .strictObject({
    origin: originName,
    member: memberCode,
    signing: ed25519Jwk,
    encryption: x25519Jwk,
    /** Named `<instance>/<run>/<MEMBER>`; null for the Secretariat, which does not co-sign. */
    witness: z.union([verifierKey, z.null()]),
  })
  .meta({ id: 'EnrolmentBlock' });

export type EnrolmentBlock = z.infer<typeof enrolmentBlock>;
