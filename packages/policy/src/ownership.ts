import type { Claims, ItemCode } from '@eads/protocol';

/** What the exchange remembers of a notice: who owns it and how far its versions go. */
export interface NoticeState {
  /** `<from>/<id>` of the publishing envelope. */
  readonly ref: string;
  readonly owner: string;
  readonly version: number;
  readonly closed: boolean;
}

/** A change to be remembered, or why the message is refused, or null where it is about no notice. */
export type NoticeOutcome = { readonly change: NoticeState } | { readonly refused: ItemCode } | null;

interface Amendment {
  readonly ref: string;
  readonly version: number;
}

/** Which notice a message is about; null for a publication (it founds one) and for other kinds. */
export const noticeRefOf = (claims: Claims): string | null =>
  claims.kind === 'notice.update' || claims.kind === 'notice.cancel' ? (claims.body as unknown as Amendment).ref : null;

/**
 * Ownership and versions (INTERPOL's Rules on the Processing of Data: the source alone changes or withdraws its data).
 * `known` is the notice that noticeRefOf names, as it stands; undefined where there is none.
 */
export const noticeOutcome = (claims: Claims, known: NoticeState | undefined): NoticeOutcome => {
  if (claims.kind === 'notice.publish') {
    return { change: { ref: `${claims.from}/${claims.id}`, owner: claims.from, version: 1, closed: false } };
  }
  const ref = noticeRefOf(claims);
  if (ref === null) return null;
  const { version } = claims.body as unknown as Amendment;
  // Told from the reference alone: whether another's notice exists is nothing that a stranger learns.
  if (!ref.startsWith(`${claims.from}/`)) return { refused: 'not-owner' };
  if (!known) return { refused: 'unknown-notice' };
  if (known.owner !== claims.from) return { refused: 'not-owner' };
  if (known.closed) return { refused: 'notice-closed' };
  if (version !== known.version + 1) return { refused: 'stale-version' };
  return { change: { ...known, version, closed: claims.kind === 'notice.cancel' } };
};
