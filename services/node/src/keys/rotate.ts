import { makeEnvelope, signEnrolment } from '@eads/signing';
import { type Connection, holdRows, inTransaction, queuedAfter } from '@eads/store';
import { NODE_HANDLING } from '../handling/effects.ts';
import { claimsOf, queueSigned } from '../outbox/draft.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** A rotation is under way already. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/**
 * Takes new keys into use, all three: they go to disk, then the rotation into the outbox, signed by the key that stands. What is
 * queued after it is signed with the new ones; they are the current ones when the ledger has it.
 * @returns the id of the rotation
 */
export const rotateKeys = async (core: RunCore, state: EpochState, actor: string): Promise<string> => {
  const id = await core.outbox.run(async () => {
    if (state.rotating) throw new RotationError('A rotation of the keys is under way. Wait for its receipt.');
    const { origin } = state;
    const next = core.keys.prepareNext(origin);
    const block = signEnrolment(origin, core.member, next);
    const draft = {
      kind: 'key.rotate',
      to: 'all' as const,
      inReplyTo: null,
      handling: NODE_HANDLING,
      actor,
      body: { block },
      ref: null,
      cause: null,
    };
    const envelope = makeEnvelope(
      { ...claimsOf(core, state, draft), body: draft.body },
      core.keys.keysFor(origin).signing,
    );
    await inTransaction(core.database, (connection) =>
      queueSigned(connection, core, state, { envelope, innerJws: null }, draft),
    );
    state.rotating = true;
    return envelope.claims.id;
  });
  core.outboxChanged.fire();
  return id;
};

/** The ledger refused the rotation: what was signed with the keys that it would have brought waits for a person. */
export const giveUpRotation = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  rotation: { readonly n: number },
): Promise<void> => {
  const behind = await queuedAfter(connection, core.schema, state.epoch, rotation.n);
  await holdRows(
    connection,
    core.schema,
    behind,
    'bad-signature',
    'It was signed with new keys that the ledger did not take. Confirm it to send it again, signed with the current key.',
  );
  core.keys.dropNext(state.origin);
  state.rotating = false;
};
