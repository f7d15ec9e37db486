import type { NodeHost } from '@eads/link';
import { signSession } from '@eads/signing';
import { readNodeCursor } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import { deliver } from '../inbox/deliver.ts';
import { takeHead } from '../inbox/head.ts';
import { startOver, takeOutgoing, takeRetry } from '../outbox/outgoing.ts';
import { takeReceipts } from '../outbox/receipts.ts';
import { answerCosign } from '../witness/cosign.ts';
import { takeWitnessed, takeWitnessedAhead } from '../witness/witnessed.ts';
import { type RunCore, recordEvidence } from './core.ts';
import { type EpochState, refreshEpochState } from './epoch-state.ts';

export interface LinkHostParts {
  readonly core: RunCore;
  /** The epoch that the node is in now. */
  readonly state: () => EpochState;
  readonly newOrigin: (origin: string) => Promise<void>;
  readonly lost: NodeHost['lost'];
  readonly retryIn: (ms: number) => void;
  readonly linked: () => void;
}

/** What the link asks of the node. Evidence is kept before the link hears of it and ends the session. */
export const createLinkHost = ({ core, state, newOrigin, lost, retryIn, linked }: LinkHostParts): NodeHost => {
  const kept = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const { epoch } = state();
    try {
      return await work();
    } catch (error) {
      if (error instanceof EvidenceError) await recordEvidence(core, epoch, error);
      throw error;
    }
  };
  const inOrder = <Result>(work: () => Promise<Result>): Promise<Result> => kept(() => core.ledger.run(work));

  return {
    member: core.member,
    prove: (origin, hub, nonce) => {
      const { proveWithNext } = state();
      const next = proveWithNext ? core.keys.nextFor(origin) : null;
      const { signing } = next ?? core.keys.keysFor(origin);
      return signSession({ origin, hub, member: core.member, nonce }, signing);
    },
    cursor: () =>
      core.ledger.run(async () => {
        const now = state();
        if (now.stale) await refreshEpochState(core, now);
        await startOver(core, now);
        const cursor = await readNodeCursor(core.database, core.schema);
        return { origin: now.origin, next: now.next, rseq: now.rseq, checkpoint: cursor?.logNote ?? null };
      }),
    delivered: (frame) =>
      inOrder(async () => {
        const next = await deliver(core, state(), frame);
        await takeWitnessedAhead(core, state());
        return { next };
      }),
    receipts: (jws) => inOrder(() => takeReceipts(core, state(), jws)),
    retry: async (items, afterMs) => {
      await takeRetry(core, items, afterMs);
      retryIn(afterMs);
    },
    head: (jws) => {
      // The link hears of a head at once and waits for nothing; one that contradicts makes the node red all the same.
      kept(() => takeHead(core, state(), jws)).catch((error: unknown) => {
        if (!(error instanceof EvidenceError))
          core.log.warn({ run: core.run, err: error }, 'A head could not be compared.');
      });
    },
    cosign: (_round, body) => answerCosign(core, state(), body),
    witnessed: (note) => inOrder(() => takeWitnessed(core, state(), note)),
    outgoing: (count, bytes) => takeOutgoing(core, state(), count, bytes),
    linked: ({ size }) => {
      const now = state();
      now.knownSize = Math.max(now.knownSize, size);
      linked();
    },
    lost,
    newOrigin,
    fault: (error) => core.log.error({ run: core.run, err: error }, 'A session ended with a fault of this node.'),
  };
};
