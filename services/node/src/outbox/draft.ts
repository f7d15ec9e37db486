import { sha256Base64 } from '@eads/ledger';
import type { Claims, Handling } from '@eads/protocol';
import { type Envelope, makeEnvelope, type RunKeys, uuidv7 } from '@eads/signing';
import { type Connection, type NewOutboxRow, queueEnvelope } from '@eads/store';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** What is to be said, before the node adds origin, id, time, nonce and signature. */
export interface Draft {
  readonly kind: string;
  readonly to: Claims['to'];
  readonly inReplyTo: string | null;
  readonly handling: Handling;
  readonly actor: string;
  readonly body: Record<string, unknown>;
  /** The notice that it is about; null for a publication, which is about itself. */
  readonly ref: string | null;
  /** Names what caused it, so that it is said once; null for what a person sends. */
  readonly cause: string | null;
}

export interface Signed {
  readonly envelope: Envelope;
  readonly innerJws: string | null;
}

/** The keys that sign what is queued now. After a queued rotation those are the next ones: the ledger reads it in that order. */
export const keysForQueue = (core: RunCore, { origin, rotating }: EpochState): RunKeys => {
  const next = rotating ? core.keys.nextFor(origin) : null;
  return next ?? core.keys.keysFor(origin);
};

/** Everything of the claims but the body. */
export const claimsOf = (core: RunCore, { origin }: EpochState, draft: Draft): Omit<Claims, 'body' | 'v'> => {
  const now = core.clock.now();
  return {
    origin,
    id: uuidv7(now, core.randomBytes(10)),
    kind: draft.kind,
    from: core.member,
    actor: draft.actor,
    to: draft.to,
    sentAt: new Date(now).toISOString(),
    inReplyTo: draft.inReplyTo,
    handling: draft.handling,
    nonce: Buffer.from(core.randomBytes(16)).toString('base64url'),
  };
};

/** Signs a draft of a kind that is not confidential. Throws `SigningError` for one that nobody would take. */
export const signDraft = (core: RunCore, state: EpochState, draft: Draft): Signed => ({
  envelope: makeEnvelope({ ...claimsOf(core, state, draft), body: draft.body }, keysForQueue(core, state).signing),
  innerJws: null,
});

/** The outbox row of a signed envelope. */
export const rowOf = (
  core: RunCore,
  { epoch }: Pick<EpochState, 'epoch'>,
  { envelope, innerJws }: Signed,
  { ref, cause }: Pick<Draft, 'ref' | 'cause'>,
): NewOutboxRow => {
  const { claims, jws } = envelope;
  return {
    id: claims.id,
    epoch,
    kind: claims.kind,
    to: claims.to,
    envelope: jws,
    envelopeHash: sha256Base64(jws),
    innerJws,
    ref: claims.kind === 'notice.publish' ? `${claims.from}/${claims.id}` : ref,
    cause,
    createdAt: core.clock.now(),
  };
};

/** Puts a signed envelope into the outbox. Returns false where one of the same cause was there before. */
export const queueSigned = (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  signed: Signed,
  draft: Pick<Draft, 'ref' | 'cause'>,
): Promise<boolean> => queueEnvelope(connection, core.schema, rowOf(core, state, signed, draft));

/** Signs and queues, in the transaction that holds what caused it. The caller holds the run's outbox mutex. */
export const queueDraft = (connection: Connection, core: RunCore, state: EpochState, draft: Draft): Promise<boolean> =>
  queueSigned(connection, core, state, signDraft(core, state, draft), draft);
