import type { FullOpening } from '@eads/protocol';

/** One entry as the feed keeps it, ready to be cut into frames. */
export interface FeedItem {
  readonly seq: number;
  /** base64 leaf hash. */
  readonly leaf: string;
  readonly timeMs: number;
  readonly sender: string;
  readonly id: string | null;
  readonly code: string;
  readonly kind: string | null;
  readonly record: string;
  readonly commitments: string;
  readonly envelope: string | null;
  readonly erasedBy: string | null;
  /** An accepted state event: everyone may read it, members that joined later too. */
  readonly state: boolean;
  readonly openings: readonly FullOpening[];
  /** JSON of the item as every reader of it gets it. */
  readonly text: string;
}

/** Entries whose bytes are to go, and the `<from>/<id>` of the `erase` that says so. */
export interface Erasure {
  readonly seqs: readonly number[];
  readonly by: string;
}

/** JSON of an item as frames carry it. */
export const itemText = (
  record: string,
  commitments: string,
  envelope: string | null,
  erasedBy: string | null,
): string => {
  const bytes = envelope !== null ? `,"envelope":"${envelope}"` : erasedBy !== null ? `,"erasedBy":"${erasedBy}"` : '';
  return `{"record":${JSON.stringify(record)},"commitments":"${commitments}"${bytes}}`;
};

const withoutBytes = (item: FeedItem, erasedBy: string): FeedItem => ({
  ...item,
  envelope: null,
  erasedBy,
  text: itemText(item.record, item.commitments, null, erasedBy),
});

/** What the feed keeps in memory at most, about. */
export interface FeedBounds {
  /** Of the items' texts. */
  readonly bytes: number;
  readonly items: number;
}

const BOUNDS: FeedBounds = { bytes: 48 * 1024 * 1024, items: 16_384 };

/**
 * The newest entries of the epoch, without a gap, in memory. Older ones are read from the database.
 * Not a source of truth: whatever it does not hold is read.
 */
export const createFeed = (bounds: FeedBounds = BOUNDS) => {
  let items: FeedItem[] = [];
  let first = 0;
  let next = 0;
  let bytes = 0;
  const listeners = new Set<(size: number) => void>();

  // Dropping from an array's front costs its length, so it is done in large steps: a quarter over, then down to the bound.
  const trim = (): void => {
    if (items.length < bounds.items * 1.25 && bytes < bounds.bytes * 1.25) return;
    let drop = 0;
    while (drop < items.length && (items.length - drop > bounds.items || bytes > bounds.bytes)) {
      bytes -= (items[drop] as FeedItem).text.length;
      drop += 1;
    }
    items = items.slice(drop);
    first += drop;
  };

  const startAt = (seq: number): void => {
    items = [];
    bytes = 0;
    first = seq;
    next = seq;
  };

  const erase = ({ seqs, by }: Erasure): void => {
    for (const seq of seqs) {
      const item = items[seq - first];
      if (!item || item.erasedBy !== null) continue;
      const erased = withoutBytes(item, by);
      bytes += erased.text.length - item.text.length;
      items[seq - first] = erased;
    }
  };

  return {
    /** The first seq that the feed has not seen. */
    size: (): number => next,
    /**
     * Takes entries that follow on what is held; starts over where they do not. What they erase is gone before anybody is
     * told of them.
     */
    push: (added: readonly FeedItem[], erasures: readonly Erasure[] = []): void => {
      const start = added[0]?.seq;
      if (start === undefined) return;
      if (start !== next) startAt(start);
      for (const item of added) {
        items.push(item);
        bytes += item.text.length;
      }
      next += added.length;
      for (const erasure of erasures) erase(erasure);
      trim();
      for (const listener of listeners) listener(next);
    },
    /** Entries from `from` on, or null where they are not in memory any more. [] where there are none yet. */
    from: (from: number, limit: number): readonly FeedItem[] | null => {
      if (from >= next) return [];
      if (from < first) return null;
      return items.slice(from - first, from - first + limit);
    },
    /** Takes the bytes of erased entries out of memory. */
    erase,
    /** Forgets everything: what it holds is not what the ledger says any more. */
    reset: (): void => startAt(0),
    onSize: (listener: (size: number) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
