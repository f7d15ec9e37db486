import type { Claims } from '@eads/protocol';
import { sealEnvelope, sealKeys } from '@eads/signing';
import { claimsOf, type Draft, keysForQueue, type Signed } from '../outbox/draft.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** Seals a draft of a confidential kind for its addressees; `body` is the inner body. Throws `SigningError`. */
export const sealDraft = async (core: RunCore, state: EpochState, draft: Draft): Promise<Signed> => {
  const to = draft.to === 'all' ? [] : draft.to;
  const { envelope, inner } = await sealEnvelope(
    { ...claimsOf(core, state, draft), body: draft.body as Claims['body'] },
    keysForQueue(core, state).signing,
    sealKeys(state.directory, to),
  );
  return { envelope, innerJws: inner };
};
