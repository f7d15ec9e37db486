import { randomFillSync } from 'node:crypto';
import { decodeFrontier, signCheckpoint } from '@eads/ledger';
import { type ItemCode, kindOf } from '@eads/protocol';
import {
  appendBatch,
  CommitUnknown,
  type Database,
  eraseEntries,
  type Head,
  inTransaction,
  lockHead,
  readClaimed,
  readEntriesAt,
  readNotices,
  type StoredEntry,
} from '@eads/store';
import { prepareAgain } from '../admission/prepare.ts';
import type { Epoch } from '../run/epoch.ts';
import type { RunState } from '../run/state.ts';
import type { Candidate, Outcome } from './candidate.ts';
import { type Decided, decideBatch, needsOf } from './decide.ts';

/** Why a batch could not be sequenced now. Nothing was claimed. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly code: ItemCode;
  constructor(code: ItemCode) {
    super(code);
    this.code = code;
  }
}

export interface Committed {
  readonly outcomes: readonly Outcome[];
  /** What was written, with the openings as they were made. */
  readonly decided: Decided | null;
  /** Entries that answer for repeated envelopes. */
  readonly originals: ReadonlyMap<number, StoredEntry>;
  readonly checkpoint: string | null;
}

/** Random bytes in one large draw: a draw for each entry costs more than its commitments. */
const randomPool = () => {
  const pool = Buffer.alloc(64 * 1024);
  let at = pool.length;
  return (bytes: number): Uint8Array => {
    if (at + bytes > pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += bytes;
    return pool.subarray(at - bytes, at);
  };
};
const drawRandom = randomPool();

/**
 * Sequences one batch: lock, look up, decide, write, sign, COMMIT. Nothing of it may be told to anyone before this returns.
 * Throws NotNow where the run may not be sequenced, CommitUnknown where COMMIT was not answered.
 */
export const commitBatch = async (
  database: Database,
  schema: string,
  epoch: Epoch,
  state: RunState,
  candidates: readonly Candidate[],
  mayLog: (member: string, code: ItemCode) => boolean,
): Promise<Committed> =>
  inTransaction(database, async (connection) => {
    const head = await lockHead(connection, schema);
    requireOpen(head, epoch);
    if (head.stateVersion !== state.version()) await state.reload(connection, head.stateVersion);
    const needs = needsOf(candidates);
    const claimed = await readClaimed(connection, schema, needs.ids);
    const notices = await readNotices(connection, schema, needs.notices);
    const erased = await readEntriesAt(connection, schema, epoch.epoch, needs.erased);
    const decided = decideBatch(
      {
        origin: epoch.origin,
        epoch: epoch.epoch,
        size: head.size,
        timeMs: Math.max(head.timeMs, head.nowMs),
        frontier: decodeFrontier(head.frontier),
        rseqs: head.rseqs,
        stateVersion: head.stateVersion,
        directory: state.directory(),
        claimed,
        notices,
        erasable: new Map(
          erased.map((entry) => [
            entry.seq,
            { sender: entry.sender, state: entry.kind !== null && kindOf(entry.kind, 1)?.state === true },
          ]),
        ),
      },
      await recheck(candidates, state),
      drawRandom,
      mayLog,
    );
    const originals = await readEntriesAt(
      connection,
      schema,
      epoch.epoch,
      decided.outcomes.flatMap((o) => (o.type === 'original' && o.seq < head.size ? [o.seq] : [])),
    );
    if (decided.entries.length === 0) {
      return { outcomes: decided.outcomes, decided: null, originals: bySeq(originals), checkpoint: head.checkpoint };
    }
    const size = decided.frontier.size;
    const checkpoint = signCheckpoint({ origin: epoch.origin, size, root: decided.root }, epoch.log);
    await appendBatch(connection, schema, epoch.epoch, {
      entries: decided.entries,
      notices: decided.notices,
      subtrees: decided.subtrees,
      head: {
        size,
        timeMs: Math.max(head.timeMs, head.nowMs),
        frontier: decided.frontierBytes,
        checkpoint,
        rseqs: decided.rseqs,
        stateVersion: decided.stateVersion,
      },
    });
    for (const { seqs, by } of decided.erasures) await eraseEntries(connection, schema, epoch.epoch, seqs, by);
    return { outcomes: decided.outcomes, decided, originals: bySeq(originals), checkpoint };
  });

const bySeq = (entries: readonly StoredEntry[]): Map<number, StoredEntry> =>
  new Map(entries.map((entry) => [entry.seq, entry]));

const requireOpen = (head: Head, epoch: Epoch): void => {
  if (head.epoch !== epoch.epoch) throw new NotNow('starting');
  if (head.frozen !== null) throw new NotNow('frozen');
  if (!head.sameServer) throw new NotNow('starting');
};

/** A key that another replica let in after the signature was looked at: looked at again, now that the state is fresh. */
const recheck = async (candidates: readonly Candidate[], state: RunState): Promise<readonly Candidate[]> =>
  candidates.some((candidate) => candidate.signature === 'unknown-key')
    ? Promise.all(candidates.map((candidate) => prepareAgain(candidate, state.keyOf)))
    : candidates;

export { CommitUnknown };
