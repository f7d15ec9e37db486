import { type ExportSource, parseCheckpoint, parseNote } from '@eads/ledger';
import type { AuditorLine } from '@eads/protocol';
import { type Connection, type Database, latestWitnessed, readEntries, readHead } from '@eads/store';
import type { FeedItem } from '../delivery/feed.ts';
import { feedItem } from '../delivery/item.ts';

/** A run as far as it can be read, open or archived. */
export interface ReadableRun {
  readonly run: string;
  readonly schema: string;
  readonly epoch: { readonly epoch: number; readonly origin: string };
  read(from: number, limit: number): Promise<readonly FeedItem[]>;
}

const PAGE = 256;

const auditorLine = (item: FeedItem): AuditorLine => ({
  seq: item.seq,
  record: item.record,
  commitments: item.commitments,
  ...(item.envelope === null ? {} : { envelope: item.envelope }),
  ...(item.erasedBy === null ? {} : { erasedBy: item.erasedBy }),
  openings: [...item.openings],
});

/** Of envelopes in one read. */
const READ_BYTES = 4 * 1024 * 1024;

/**
 * What an auditor's export of a run is made of; null while it has no entries. `source` must not change while it is read (a
 * snapshot, or a run that is frozen): an erasure in between would name an entry that the export does not reach.
 */
export const auditorSource = async (
  source: Database | Connection,
  { schema, epoch }: Pick<ReadableRun, 'schema' | 'epoch'>,
  sign: ExportSource['sign'],
): Promise<ExportSource | null> => {
  const head = await readHead(source, schema);
  const genesis = (await readEntries(source, schema, epoch.epoch, 0, 1, READ_BYTES))[0]?.envelope;
  if (!head?.checkpoint || !genesis) return null;
  const round = await latestWitnessed(source, schema, epoch.epoch);
  const covered = round?.witnessed && parseCheckpoint(parseNote(round.witnessed).text).size <= head.size;
  return {
    origin: epoch.origin,
    viewer: 'auditor',
    size: head.size,
    genesis,
    checkpoint: head.checkpoint,
    witnessed: covered ? round.witnessed : null,
    lines: async (from, limit) =>
      (await readEntries(source, schema, epoch.epoch, from, Math.min(limit, PAGE), READ_BYTES)).map((entry) =>
        auditorLine(feedItem(entry)),
      ),
    sign,
  };
};
