import type { HeadClaims } from '@eads/protocol';
import { verifyStatementSync } from '@eads/signing';
import { rseqAt } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** Heads for sizes to come that are remembered, at most: the hub speaks every five seconds. */
const REMEMBERED = 64;

const readHead = (core: RunCore, { founding, origin }: EpochState, jws: string): HeadClaims => {
  try {
    const claims = verifyStatementSync('eads-head+jws', jws, founding.hubKey);
    if (claims.origin !== origin || claims.member !== core.member)
      throw new Error('It is for another member or origin.');
    return claims;
  } catch (error) {
    throw new EvidenceError('head-contradicts', null, { head: jws, why: (error as Error).message });
  }
};

/**
 * Takes the hub's signed word on how far the log stands and how many entries were this member's. Compared with what was delivered
 * up to that size, now or when the delivery gets there.
 * @throws EvidenceError `head-contradicts`
 */
export const takeHead = async (core: RunCore, state: EpochState, jws: string): Promise<void> => {
  const { size, rseq } = readHead(core, state, jws);
  state.knownSize = Math.max(state.knownSize, size);
  if (size > state.next) {
    if (state.heads.size >= REMEMBERED) state.heads.delete(state.heads.keys().next().value as number);
    state.heads.set(size, { rseq, jws });
    return;
  }
  const own = size === state.next ? state.rseq : await rseqAt(core.database, core.schema, state.epoch, size);
  if (own !== rseq)
    throw new EvidenceError('head-contradicts', null, { size, stated: rseq, delivered: own, head: jws });
};
