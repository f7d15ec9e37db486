import { type FeedEntry, type Handling, KINDS, type Notice } from '@eads/protocol';

const STATE_KINDS: ReadonlySet<string> = new Set(KINDS.filter((kind) => kind.state).map((kind) => kind.kind));

/** An entry that a member can read, as the evaluators' feed has it. */
export interface OwedEntry {
  readonly seq: number;
  /** The member's own number; null for a state event that was not addressed to it. */
  readonly rseq: number | null;
  readonly envelope: string | null;
  readonly erasedBy: string | null;
}

/** One version of a notice, as a member's mirror must have it. */
export interface OwedVersion {
  readonly ref: string;
  readonly version: number;
  readonly seq: number;
  readonly owner: string;
  readonly envelopeId: string;
  readonly cancels: boolean;
  readonly notice: Notice | null;
  readonly reason: string | null;
  readonly handling: Handling;
  readonly erasedBy: string | null;
}

const ownNumber = ({ openings }: FeedEntry, member: string): number | null | undefined => {
  const own = openings.find(([code]) => code === member);
  if (own?.[1] === 'deliver') return own[4];
  return own === undefined ? undefined : null;
};

/** What a member reads of the ledger, by the evaluators' openings alone: what was delivered to it, and what decides who is a member. */
export const entriesOwed = (feed: readonly FeedEntry[], member: string): OwedEntry[] =>
  feed.flatMap((entry): OwedEntry[] => {
    const { seq, envelope, erasedBy, code, kind, from } = entry;
    const rseq = ownNumber(entry, member);
    if (typeof rseq === 'number') return [{ seq, rseq, envelope, erasedBy }];
    const readable = code === 'accepted' && kind !== null && STATE_KINDS.has(kind);
    return readable && (rseq === undefined || from === member) ? [{ seq, rseq: null, envelope, erasedBy }] : [];
  });

/** `claims` are those that the entry had when it was accepted: those of an erased entry are gone from the feed. */
const versionOf = ({ seq, from, id }: FeedEntry, claims: FeedEntry['claims'], erasedBy: string | null) => {
  if (!claims?.kind.startsWith('notice.')) return null;
  const { body, kind, handling } = claims;
  const { ref, version, notice, reason } = body as { ref?: string; version?: number; notice?: Notice; reason?: string };
  return {
    ref: ref ?? `${from}/${id}`,
    version: version ?? 1,
    seq,
    owner: from,
    envelopeId: id as string,
    cancels: kind === 'notice.cancel',
    notice: erasedBy === null ? (notice ?? null) : null,
    reason: erasedBy === null ? (reason ?? null) : null,
    handling: erasedBy === null ? handling : { ...handling, caveat: null },
    erasedBy,
  };
};

/**
 * What a member's mirror holds after these entries: a fold over the feed. `claimsAt` keeps the claims of entries from before they were
 * erased; who erased what stands in the feed itself.
 */
export const mirrorOwed = (
  feed: readonly FeedEntry[],
  member: string,
  claimsAt: ReadonlyMap<number, FeedEntry['claims']> = new Map(),
): OwedVersion[] => {
  const versions: OwedVersion[] = [];
  for (const entry of feed) {
    if (entry.code !== 'accepted') continue;
    if (typeof ownNumber(entry, member) !== 'number' && entry.from !== member) continue;
    const version = versionOf(entry, entry.claims ?? claimsAt.get(entry.seq) ?? null, entry.erasedBy);
    if (version !== null) versions.push(version);
  }
  return versions.sort((a, b) => (a.ref === b.ref ? a.version - b.version : a.ref < b.ref ? -1 : 1));
};
