import { addCheckpoint, noteSigner, parseVkey, signText, TYPE_COSIGNATURE } from '@eads/ledger';
import type { CosignAnswer } from '@eads/link';
import { type RunKeys, witnessName } from '@eads/signing';

/** A co-signer in memory: it answers the hub's question as C2SP tlog-witness has it, from what it cosigned before. */
export const createWitness = (origin: string, member: string, keys: RunKeys, logVkey: string) => {
  const logKey = parseVkey(logVkey);
  const signer = noteSigner(witnessName(origin, member), TYPE_COSIGNATURE, keys.witness.privateKey);
  let held: string | null = null;
  return {
    /** The checkpoint that was cosigned last, a note; null for none. */
    held: (): string | null => held,
    answer: (body: string): CosignAnswer => {
      const seconds = Math.floor(Date.now() / 1000);
      const answer = addCheckpoint({ logKey, held }, body, (text) => signText(signer, text, seconds));
      if (answer.status === 200) held = answer.held;
      return { status: answer.status, body: answer.body };
    },
  };
};

export type ScriptedWitness = ReturnType<typeof createWitness>;
