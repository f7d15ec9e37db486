import { randomBytes } from 'node:crypto';
import { type Claims, HUB } from '@eads/protocol';
import { makeEnvelope, uuidv7 } from '@eads/signing';
import type { Epoch } from '../run/epoch.ts';
import type { Candidate } from './candidate.ts';

/** An envelope that the hub itself writes, signed with the hub key. */
export const hubEnvelope = (
  epoch: Epoch,
  now: number,
  kind: string,
  to: Claims['to'],
  body: Claims['body'],
): Candidate => {
  const envelope = makeEnvelope(
    {
      origin: epoch.origin,
      id: uuidv7(now, randomBytes(10)),
      kind,
      from: HUB,
      actor: 'hub',
      to,
      sentAt: new Date(now).toISOString(),
      inReplyTo: null,
      handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
      nonce: randomBytes(16).toString('base64url'),
      body,
    },
    epoch.hubKey,
  );
  return {
    member: HUB,
    text: envelope.jws,
    hash: Buffer.from(envelope.hash).toString('base64'),
    id: envelope.claims.id,
    refused: null,
    envelope,
    signature: 'holds',
  };
};
