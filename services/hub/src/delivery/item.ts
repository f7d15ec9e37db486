import { encodeRecord } from '@eads/ledger';
import { type FullOpening, kindOf } from '@eads/protocol';
import type { StoredEntry } from '@eads/store';
import { type FeedItem, itemText } from './feed.ts';

/** Changes who is a member or which keys stand. */
export const isStateKind = (kind: string | null): boolean => kind !== null && kindOf(kind, 1)?.state === true;

/** Makes an entry ready for frames. `openings` are passed where they are at hand parsed. */
export const feedItem = (entry: StoredEntry, openings?: readonly FullOpening[]): FeedItem => {
  const record = encodeRecord({
    seq: entry.seq,
    time: entry.timeMs,
    from: entry.sender,
    id: entry.id,
    code: entry.code,
    envelopeHash: Buffer.from(entry.envelopeHash, 'base64'),
    recipientsHash: Buffer.from(entry.recipientsHash, 'base64'),
  });
  return {
    seq: entry.seq,
    leaf: entry.leaf,
    timeMs: entry.timeMs,
    sender: entry.sender,
    id: entry.id,
    code: entry.code,
    kind: entry.kind,
    record,
    commitments: entry.commitments,
    envelope: entry.envelope,
    erasedBy: entry.erasedBy,
    state: entry.code === 'accepted' && isStateKind(entry.kind),
    openings: openings ?? (JSON.parse(entry.openings) as FullOpening[]),
    text: itemText(record, entry.commitments, entry.envelope, entry.erasedBy),
  };
};
