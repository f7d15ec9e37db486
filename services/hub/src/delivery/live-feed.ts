import type { DeliverSlice } from '@eads/link';
import { openEnvelope } from '@eads/signing';
import { type Database, type Head, type Hints, readEntries, readHead } from '@eads/store';
import type { Committed } from '../sequencer/commit.ts';
import { createFeed, type FeedItem } from './feed.ts';
import { feedItem } from './item.ts';
import { sliceFor } from './view.ts';

export interface LiveFeedHost {
  readonly database: Database;
  readonly schema: string;
  readonly epoch: number;
  readonly hints: Hints;
  /** Topic of this run's hints. */
  readonly topic: string;
}

const READ_ITEMS = 256;
/** A replica that starts does not read a long history into memory: what is older is read when a node asks. */
const START_ITEMS = 1_024;

/** The feed of a run, kept level with the ledger: by this replica's own commits, by hints, and by looking. */
export const createLiveFeed = (host: LiveFeedHost) => {
  const { database, schema, epoch, hints, topic } = host;
  const feed = createFeed();
  let syncing: Promise<void> | null = null;
  let again = false;

  /** An erasure that another replica sequenced reaches what this one has in memory. */
  const forget = (item: FeedItem): void => {
    if (item.kind !== 'erase' || item.code !== 'accepted' || item.envelope === null) return;
    const opened = openEnvelope(item.envelope);
    if (opened.ok) feed.erase(opened.envelope.claims.body.seqs as number[], `${item.sender}/${item.id}`);
  };

  const load = async (head: Head): Promise<void> => {
    let from = feed.size();
    if (from === 0 && head.size > START_ITEMS) from = head.size - START_ITEMS;
    while (from < head.size) {
      const entries = await readEntries(database, schema, epoch, from, Math.min(READ_ITEMS, head.size - from));
      if (entries.length === 0) return;
      // A commit of this replica may have been pushed meanwhile.
      const fresh = entries.filter((entry) => entry.seq >= feed.size() || feed.size() === 0);
      const items = fresh.map((entry) => feedItem(entry));
      feed.push(items);
      for (const item of items) forget(item);
      from = (entries.at(-1)?.seq ?? from) + 1;
    }
  };

  const sync = async (): Promise<void> => {
    const head = await readHead(database, schema);
    if (head && head.epoch === epoch && head.size > feed.size()) await load(head);
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
    committed: ({ decided }: Committed, items: readonly FeedItem[]): void => {
      if (!decided) return;
      if (items[0]?.seq === feed.size() && !syncing) feed.push(items);
      else void look().catch(() => undefined);
      hints.publish(topic, decided.frontier.size);
    },
    /** What a member may see from `from` on; read from the database where it is not in memory. */
    slice: (member: string, from: number, limit: number, maxBytes: number): DeliverSlice | Promise<DeliverSlice> => {
      const items = feed.from(from, limit);
      if (items) return sliceFor(member, items, from, maxBytes);
      return readEntries(database, schema, epoch, from, Math.min(limit, READ_ITEMS)).then((entries) =>
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
      return (await readEntries(database, schema, epoch, from, limit)).map((entry) => feedItem(entry));
    },
  };
};

export type LiveFeed = ReturnType<typeof createLiveFeed>;
