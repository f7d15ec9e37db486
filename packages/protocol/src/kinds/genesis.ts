import * as z from 'zod';
import { ed25519Jwk, verifierKey } from '../keys.ts';
import { memberCode } from '../members.ts';
import { compactJws, plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** Entry 0 of every epoch. */
export const genesis = defineKind({
  kind: 'genesis',
  v: 1,
  says: 'The Secretariat founds an epoch: who takes part, with which keys.',
  body: z
    .strictObject({
      protocol: z.literal(1),
      /** k = floor(2n/3) + 1 over the n co-signing members. */
      quorum: z.int().min(1).max(32),
      logKey: verifierKey,
      hubKey: ed25519Jwk,
      /** The largest quorum-signed checkpoint of the epoch before, a C2SP note; null for the first. */
      predecessor: z.union([plainText(8192), z.null()]),
      /** In code order; each block is an `eads-enrol+jws`. */
      members: z
        .array(z.strictObject({ member: memberCode, block: compactJws }))
        .min(1)
        .max(32),
    })
    .meta({ id: 'Genesis' }),
  inner: null,
  state: true,
  authors: 'secretariat',
  addresses: 'all',
});
