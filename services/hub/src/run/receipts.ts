import { rseqHash } from '@eads/ledger';
import type { FullOpening, SenderOpening } from '@eads/protocol';
import { signBytes } from '@eads/signing';
import type { Epoch } from './epoch.ts';

/** One answer: the record, and what its sender may open of it. */
export type ReceiptItem = readonly [record: string, openings: SenderOpening[]];

/** Receipt items in one frame: about 1.5 KB each, and a third more in base64. */
const ITEMS_A_FRAME = 200;

/** What a sender may open, out of the full openings. */
export const senderOpenings = (openings: readonly FullOpening[]): SenderOpening[] =>
  openings.map(([member, decision, salt, salt2, rseq]) => [member, decision, salt, rseqHash(salt2, rseq)]);

/** Signs that these entries of a member are durable and sequenced: one signature a frame, never one a message. */
export const signReceipts = (epoch: Epoch, member: string, items: readonly ReceiptItem[]): string[] => {
  const frames: string[] = [];
  for (let i = 0; i < items.length; i += ITEMS_A_FRAME) {
    const part = items.slice(i, i + ITEMS_A_FRAME);
    const claims = { origin: epoch.origin, member, items: part };
    // Not read back as signStatement does: it would cost half of what the hub spends on a notice beside its signature.
    frames.push(signBytes('eads-receipt+jws', Buffer.from(JSON.stringify(claims)), epoch.hubKey));
  }
  return frames;
};
