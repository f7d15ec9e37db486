import { type Claims, kindOf } from '@eads/protocol';
import { openEnvelope, parseCompact, readPayload } from '@eads/signing';
import { findOutbox, inTransaction, type OutboxRow, replaceHeld, requeueHeld } from '@eads/store';
import { sealDraft } from '../confidential/seal-draft.ts';
import { type Draft, queueSigned, signDraft } from './draft.ts';
import { SubmissionError } from './submission-error.ts';
import type { Submitter } from './submit.ts';

const MAX_INNER_CHARS = 64 * 1024;

/** The body as it was written: of a confidential message that of the inner JWS, which the sender's node keeps. */
const bodyOf = ({ innerJws }: OutboxRow, claims: Claims): Record<string, unknown> => {
  if (innerJws === null) return claims.body;
  const { payloadBytes } = parseCompact(innerJws, 'eads-inner+jws', MAX_INNER_CHARS);
  return (readPayload(payloadBytes, MAX_INNER_CHARS).value as unknown as Claims).body;
};

const heldRow = async ({ core }: Submitter, id: string): Promise<OutboxRow> => {
  const row = await findOutbox(core.database, core.schema, id);
  if (row?.state === 'held' && row.envelope !== null) return row;
  const says = `The message ${id} does not wait for a confirmation. GET /messages shows which do: those that are "held".`;
  throw new SubmissionError('form', 'not-held', says, 'params/id');
};

/**
 * The officer confirms a held message. One whose kind the hub did not know goes again as it is; any other is written anew for the
 * present epoch, under a new id, and the old one is closed.
 * @returns the id under which it goes
 * @throws SubmissionError where nothing is held under this id
 */
export const confirmResend = async (submitter: Submitter, id: string): Promise<string> => {
  const { core, state } = submitter;
  const sentAs = await core.outbox.run(async () => {
    const row = await heldRow(submitter, id);
    if (row.code === 'kind-unknown' && row.epoch === state.epoch) {
      await inTransaction(core.database, (connection) => requeueHeld(connection, core.schema, id));
      return id;
    }
    const opened = openEnvelope(row.envelope as string);
    if (!opened.ok) throw new SubmissionError('form', 'bad-form', opened.refusal.why);
    const { claims } = opened.envelope;
    const { kind, to, inReplyTo, handling, actor } = claims;
    const draft: Draft = {
      ...{ kind, to, inReplyTo, handling, actor },
      body: bodyOf(row, claims),
      ref: kind === 'notice.publish' ? null : row.ref,
      cause: null,
    };
    const confidential = kindOf(kind, claims.v)?.inner != null;
    const signed = confidential ? await sealDraft(core, state, draft) : signDraft(core, state, draft);
    const newId = signed.envelope.claims.id;
    await inTransaction(core.database, async (connection) => {
      await replaceHeld(connection, core.schema, id, `Sent again as ${newId}.`);
      await queueSigned(connection, core, state, signed, draft);
    });
    return newId;
  });
  core.outboxChanged.fire();
  return sentAs;
};
