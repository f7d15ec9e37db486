import { type ExportSource, parseCheckpoint, parseNote } from '@eads/ledger';
import type { AuditorLine } from '@eads/protocol';
import { type Database, latestWitnessed, readHead } from '@eads/store';
import type { FeedItem } from '../delivery/feed.ts';

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

/** What an auditor's export of a run is made of; null while it has no entries. */
export const auditorSource = async (
  database: Database,
  run: ReadableRun,
  sign: ExportSource['sign'],
): Promise<ExportSource | null> => {
  const head = await readHead(database, run.schema);
  const genesis = (await run.read(0, 1))[0]?.envelope;
  if (!head?.checkpoint || !genesis) return null;
  const round = await latestWitnessed(database, run.schema, run.epoch.epoch);
  const covered = round?.witnessed && parseCheckpoint(parseNote(round.witnessed).text).size <= head.size;
  return {
    origin: run.epoch.origin,
    viewer: 'auditor',
    size: head.size,
    genesis,
    checkpoint: head.checkpoint,
    witnessed: covered ? round.witnessed : null,
    lines: async (from, limit) => (await run.read(from, Math.min(limit, PAGE))).map(auditorLine),
    sign,
  };
};
