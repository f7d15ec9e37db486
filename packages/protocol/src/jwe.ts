import * as z from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** RFC 7516 General JSON serialization: `ECDH-ES+A256KW`, `A256GCM`, one recipient block an addressee. */
export const jweGeneral = z
  .strictObject({
    protected: base64url.max(256),
    iv: base64url.length(16),
    ciphertext: base64url.max(48 * 1024),
    tag: base64url.length(22),
    recipients: z
      .array(
        z.strictObject({
          header: z.strictObject({
            alg: z.literal('ECDH-ES+A256KW'),
            kid: base64url.length(43),
            epk: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: base64url.length(43) }),
          }),
          encrypted_key: base64url.length(54),
        }),
      )
      .min(1)
      .max(32),
  })
  .meta({ id: 'JweGeneral' });

export type JweGeneral = z.infer<typeof jweGeneral>;
