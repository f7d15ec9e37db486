import * as z from 'zod';
import { handling, sortedMembers } from './handling.ts';
import { authorCode } from './members.ts';
import { instant, messageId, messageRef, originName } from './text.ts';

/** Active forces and the Secretariat but the sender, or named members in code order. `[]`: an entry for nobody. */
export const addressees = z.union([z.literal('all'), sortedMembers]);
export type Addressees = z.infer<typeof addressees>;

/** The opaque id of the seat that acted: names live beside it, erasable. */
export const actorId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'an actor is an opaque id of 1 to 64 letters, digits, . _ -');

/** `notice.publish` and the like. */
export const kindName = z.string().regex(/^[a-z]+(?:[.-][a-z]+){0,3}$/, 'a kind is lower-case words joined by . or -');

/** What every envelope says, whatever its kind. `body` is checked by the kind's own schema. */
export const claims = z
  .strictObject({
    origin: originName,
    id: messageId,
    kind: kindName,
    v: z.int().min(1).max(999),
    from: authorCode,
    actor: actorId,
    to: addressees,
    sentAt: instant,
    inReplyTo: z.union([messageRef, z.null()]),
    handling,
    /** 128 random bits, base64url: blinds the hash that the log shows. */
    nonce: z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'a nonce is base64url of 16 bytes'),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Claims' });

export type Claims = z.infer<typeof claims>;
export type ClaimsOf<Body> = Omit<Claims, 'body'> & { body: Body };
