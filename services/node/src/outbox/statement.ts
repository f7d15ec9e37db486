import { inTransaction, keepStated, lockNodeCursor } from '@eads/store';
import { NODE_ACTOR, NODE_HANDLING } from '../handling/effects.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { queueDraft } from './draft.ts';

/**
 * States, signed, through which entry this node holds what was addressed to it: only when its own number moved, and no oftener than
 * `everyMs` (infinite: never). Statement and note of it are one transaction.
 * @returns whether one was queued
 */
export const stateDelivery = async (core: RunCore, state: EpochState, everyMs: number): Promise<boolean> => {
  const { at } = state.stated;
  const now = core.clock.now();
  const due = state.rseq > state.stated.rseq && (at === null || now - at >= everyMs);
  if (!due || !Number.isFinite(everyMs) || !state.roster.includes(core.member)) return false;
  await core.outbox.run(() =>
    inTransaction(core.database, async (connection) => {
      const { epoch, next, rseq } = await lockNodeCursor(connection, core.schema);
      if (epoch !== state.epoch) return;
      await queueDraft(connection, core, state, {
        kind: 'delivery.statement',
        to: [],
        inReplyTo: null,
        handling: NODE_HANDLING,
        actor: NODE_ACTOR,
        body: { through: next - 1, rseq },
        ref: null,
        cause: null,
      });
      await keepStated(connection, core.schema, rseq, now);
      state.stated = { rseq, at: now };
    }),
  );
  core.outboxChanged.fire();
  return true;
};
