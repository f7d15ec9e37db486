import { inTransaction, keepStated, lockNodeCursor } from '@eads/store';
import { NODE_ACTOR, NODE_HANDLING } from '../handling/effects.ts';
import type { Mutex } from '../mutex.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { queueDraft } from './draft.ts';

/**
 * States, signed, through which entry this node holds what was addressed to it: only when its own number moved, and no oftener than
 * `everyMs` (infinite: never). Statement and note of it are one transaction.
 * @returns whether one was queued
 */
export const stateDelivery = async (
  core: RunCore,
  state: EpochState,
  outbox: Mutex,
  everyMs: number,
): Promise<boolean> => {
  if (!Number.isFinite(everyMs) || !state.roster.includes(core.member)) return false;
  const queued = await outbox.run(() =>
    inTransaction(core.database, async (connection) => {
      const { epoch, next, rseq, statedRseq, statedAt } = await lockNodeCursor(connection, core.schema);
      const now = core.clock.now();
      if (epoch !== state.epoch || rseq <= statedRseq || (statedAt !== null && now - statedAt < everyMs)) return false;
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
      return true;
    }),
  );
  if (queued) core.outboxChanged.fire();
  return queued;
};
