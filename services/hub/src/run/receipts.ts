import { rseqHash } from '@eads/ledger';
import type { FullOpening, SenderOpening } from '@eads/protocol';
import { signBytes } from '@eads/signing';
import type { Epoch } from './epoch.ts';

/** One answer: the record, and what its sender may open of it. */
export type ReceiptItem = readonly [record: string, openings: SenderOpening[]];

/** Receipt items in one frame, and their characters before base64 adds a third: a frame stays below its cap of 1 MiB. */
const ITEMS_A_FRAME = 200;
const CHARS_A_FRAME = 600_000;
/** Around each opening: quotes, commas and brackets, salt and r in base64. */
const OPENING_CHARS = 100;

/** What a sender may open, out of the full openings. */
export const senderOpenings = (openings: readonly FullOpening[]): SenderOpening[] =>
  openings.map(([member, decision, salt, salt2, rseq]) => [member, decision, salt, rseqHash(salt2, rseq)]);

const charsOf = ([record, openings]: ReceiptItem): number =>
  openings.reduce((sum, [, decision]) => sum + decision.length + OPENING_CHARS, record.length + 20);

/** Signs that these entries of a member are durable and sequenced: one signature a frame, never one a message. */
export const signReceipts = (epoch: Epoch, member: string, items: readonly ReceiptItem[]): string[] => {
  const frames: string[] = [];
  for (let from = 0; from < items.length; ) {
    let to = from;
    for (let chars = 0; to < items.length && to - from < ITEMS_A_FRAME; to++) {
      chars += charsOf(items[to] as ReceiptItem);
      if (chars > CHARS_A_FRAME && to > from) break;
    }
    const claims = { origin: epoch.origin, member, items: items.slice(from, to) };
    // Not read back as signStatement does: it would cost half of what the hub spends on a notice beside its signature.
    frames.push(signBytes('eads-receipt+jws', Buffer.from(JSON.stringify(claims)), epoch.hubKey));
    from = to;
  }
  return frames;
};
