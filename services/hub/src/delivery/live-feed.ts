import type { DeliverSlice } from '@eads/link';
import { openEnvelope } from '@eads/signing';
import type { StoredEntry } from '@eads/store';
import type { Committed } from '../sequencer/commit.ts';
import { createFeed, type Erasure, type FeedItem } from './feed.ts';
import { feedItem } from './item.ts';
import { sliceFor } from './view.ts';

export interface LiveFeedHost {
  /** The ledger's size now; null where it is in another epoch. */
  size(): Promise<number | null>;
  /** Entries from `from` on, in order, at most `limit`, and of envelopes about `maxBytes`; at least one where there are any. */
  entries(from: number, limit: number, maxBytes: number): Promise<readonly StoredEntry[]>;
  /** This replica has made the ledger so large. */
  grown(size: number): void;
  /** The ledger is shorter than `seen`, at which it was read before. */
  shrunk(seen: number): Promise<void>;
}

const READ_ITEMS = 256;
/** Of envelopes in one read: many times what a frame takes, and little enough for twelve members that read at once. */
const READ_BYTES = 1024 * 1024;
/** A replica that starts does not read a long history into memory: what is older is read when a node asks. */
const START_ITEMS = 1_024;
/** Entries of this replica that wait for what others wrote before them; over it they are read back like any other. */
const WAITING_ITEMS = 8_192;

interface OwnBatch {
  readonly items: readonly FeedItem[];
  readonly erasures: readonly Erasure[];
}

/** What an entry erases, where it is an `erase`: another replica may have sequenced it. */
const erasureOf = (item: FeedItem): Erasure[] => {
  if (item.kind !== 'erase' || item.code !== 'accepted' || item.envelope === null) return [];
  const opened = openEnvelope(item.envelope);
  return opened.ok ? [{ seqs: opened.envelope.claims.body.seqs as number[], by: `${item.sender}/${item.id}` }] : [];
};

const firstOf = (batch: OwnBatch): number => batch.items[0]?.seq ?? 0;

/** The feed of a run, kept level with the ledger: by this replica's own commits, by hints, and by looking. */
export const createLiveFeed = (host: LiveFeedHost) => {
  const feed = createFeed();
  let own: OwnBatch[] = [];
  let syncing: Promise<void> | null = null;
  let again = false;

  /** Feeds on the own batches whose turn it is; one that was read back meanwhile is dropped. */
  const drain = (): void => {
    for (let batch = own[0]; batch && firstOf(batch) <= feed.size(); batch = own[0]) {
      own.shift();
      if (firstOf(batch) === feed.size()) feed.push(batch.items, batch.erasures);
    }
  };

  /** Reads what others wrote, as far as the next batch of our own. */
  const load = async (size: number): Promise<void> => {
    let from = feed.size();
    if (from === 0 && size > START_ITEMS) from = size - START_ITEMS;
    for (;;) {
      drain();
      from = Math.max(from, feed.size());
      const end = Math.min(size, own[0] ? firstOf(own[0]) : Number.POSITIVE_INFINITY);
      if (from >= end) return;
      const limit = Math.min(READ_ITEMS, end - from);
      const entries = await host.entries(from, limit, READ_BYTES);
      if (entries.length === 0) return;
      // A batch of our own may have been fed on meanwhile.
      const items = entries.filter(({ seq }) => seq >= feed.size()).map((entry) => feedItem(entry));
      feed.push(items, items.flatMap(erasureOf));
    }
  };

  const sync = async (): Promise<void> => {
    const before = feed.size();
    const size = await host.size();
    if (size === null) return;
    if (size < before) {
      // The database was rolled back: what is in memory is not in the ledger.
      await host.shrunk(before);
      own = [];
      feed.reset();
    }
    if (size > feed.size()) await load(size);
  };

  /** Looks at the ledger now. Calls that come while it looks lead to one more look. */
  const look = (): Promise<void> => {
    again = true;
    syncing ??= (async () => {
      try {
        while (again) {
          again = false;
          await sync();
        }
      } finally {
        syncing = null;
      }
    })();
    return syncing;
  };

  return {
    feed,
    look,
    /** Feeds on what this replica committed. */
    committed: ({ decided }: Pick<Committed, 'decided'>, items: readonly FeedItem[]): void => {
      if (own.reduce((sum, batch) => sum + batch.items.length, 0) > WAITING_ITEMS) own = [];
      own.push({ items, erasures: decided.erasures });
      drain();
      if (feed.size() < decided.frontier.size) void look().catch(() => undefined);
      host.grown(decided.frontier.size);
    },
    /** What a member may see from `from` on; read from the database where it is not in memory. */
    slice: (member: string, from: number, limit: number, maxBytes: number): DeliverSlice | Promise<DeliverSlice> => {
      const items = feed.from(from, limit);
      if (items) return sliceFor(member, items, from, maxBytes);
      return host.entries(from, Math.min(limit, READ_ITEMS), READ_BYTES).then((entries) =>
        sliceFor(
          member,
          entries.map((entry) => feedItem(entry)),
          from,
          maxBytes,
        ),
      );
    },
    /** Entries as they are, for evaluators and exports: also what another replica has just written. */
    read: async (from: number, limit: number): Promise<readonly FeedItem[]> => {
      const items = feed.from(from, limit);
      if (items && items.length > 0) return items;
      return (await host.entries(from, limit, READ_BYTES)).map((entry) => feedItem(entry));
    },
  };
};
