import { envelopeBytes, type HubSession } from '@eads/link';
import { type ItemCode, messageId } from '@eads/protocol';
import type { Logger } from '@eads/runtime';
import { envelopeHash, prepare } from '../admission/prepare.ts';
import type { PublishQuota } from '../admission/publish-quota.ts';
import { feedItem } from '../delivery/item.ts';
import type { Candidate } from '../sequencer/candidate.ts';
import type { Sequencer, Settled } from '../sequencer/sequencer.ts';
import type { Epoch } from './epoch.ts';
import { type ReceiptItem, senderOpenings, signReceipts } from './receipts.ts';
import type { RunState } from './state.ts';

export interface PublishingHost {
  readonly epoch: Epoch;
  readonly state: RunState;
  readonly sequencer: Sequencer;
  readonly quota: PublishQuota;
  readonly logger: Logger;
  /** An envelope was asked to come again, with this code. */
  notNow(code: ItemCode): void;
}

/** What became of an envelope, and the name by which its sender is told: its id, or the hash of its bytes. */
export type Answer = Settled & { readonly name: string };

/** The id that an envelope names, without checking anything else of it; else the hash of its bytes. */
const nameOf = (text: string): string => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(text.split('.', 2)[1] ?? '', 'base64url').toString('utf8'));
    const id = messageId.safeParse((claims as { id?: unknown } | null)?.id);
    if (id.success) return id.data;
  } catch {
    // Nothing that can be read: its hash names it.
  }
  return envelopeHash(text);
};

/** Something went wrong on our side: the envelope comes again. */
const notPrepared = (member: string, text: string): Candidate => ({
  member,
  text,
  hash: envelopeHash(text),
  id: null,
  refused: 'overloaded',
  envelope: null,
  signature: 'unchecked',
});

const receiptItem = ({ outcome, committed }: Settled): ReceiptItem | null => {
  if (outcome.type === 'retry' || !committed) return null;
  const { decided, originals } = committed;
  const at = outcome.seq - (decided.entries[0]?.seq ?? 0);
  const made = decided.entries[at];
  if (made) return [feedItem({ ...made, erasedBy: null }, []).record, decided.senderOpenings[at] ?? []];
  const original = originals.get(outcome.seq);
  if (!original) return null;
  const item = feedItem(original);
  return [item.record, senderOpenings(item.openings)];
};

/** What members hand in, from its form to its place in the ledger, and the answer. */
export const createPublishing = ({ epoch, state, sequencer, quota, logger, notNow }: PublishingHost) => {
  const refused = (text: string, code: ItemCode, afterMs: number): Answer => ({
    outcome: { type: 'retry', code, afterMs },
    committed: null,
    name: nameOf(text),
  });

  const submit = async (member: string, text: string): Promise<Answer> => {
    // Before any work is done for it: who sends too much is told so at little cost to the others.
    const afterMs = quota.take(member);
    if (afterMs > 0) return refused(text, 'quota', afterMs);
    if (!sequencer.hasRoom(member)) return refused(text, 'overloaded', 1_000);
    const candidate = prepare(member, text, epoch.origin, state.keyOf).catch((error: unknown) => {
      logger.error({ err: error, member }, 'an envelope could not be looked at');
      return notPrepared(member, text);
    });
    const settled = await sequencer.submit(member, text.length, candidate);
    const { id, hash } = await candidate;
    return { ...settled, name: id ?? hash };
  };

  const answer = (session: HubSession, answers: readonly Answer[]): void => {
    const items: ReceiptItem[] = [];
    const retries = new Map<number, [string, ItemCode][]>();
    for (const one of answers) {
      const item = receiptItem(one);
      if (item) {
        items.push(item);
        continue;
      }
      const { code, afterMs } =
        one.outcome.type === 'retry' ? one.outcome : { code: 'overloaded' as const, afterMs: 1_000 };
      const list = retries.get(afterMs) ?? [];
      list.push([one.name, code]);
      retries.set(afterMs, list);
      notNow(code);
    }
    for (const jws of signReceipts(epoch, session.member, items)) session.sendReceipts(jws);
    for (const [afterMs, list] of retries) session.sendRetry(list, afterMs);
  };

  return {
    submit,
    /** Answers a frame's envelopes together, with one signature. */
    publish: (session: HubSession, envelopes: readonly string[]): void => {
      Promise.all(envelopes.map((text) => submit(session.member, text)))
        .then((answers) => answer(session, answers))
        .catch((error: unknown) => {
          logger.error({ err: error, member: session.member }, 'receipts could not be sent');
          session.close(1011);
        })
        .finally(() => session.done(envelopeBytes(envelopes), envelopes.length));
    },
  };
};
