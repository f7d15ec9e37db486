import { randomFillSync } from 'node:crypto';
import { decodeFrontier, signCheckpoint } from '@eads/ledger';
import { HUB, type ItemCode, ledgerOpen } from '@eads/protocol';
import {
  acceptServer,
  appendBatch,
  CommitUnknown,
  type Connection,
  type Database,
  eraseEntries,
  type Head,
  inTransaction,
  lockHead,
  openLedger,
  readAuthors,
  readClaimed,
  readNotices,
  readRecordsAt,
  type StoredEntry,
} from '@eads/store';
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
  /** What was written, if anything, with the openings as they were made. */
  readonly decided: Decided;
  /** Entries that answer for repeated envelopes. */
  readonly originals: ReadonlyMap<number, StoredEntry>;
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

/** COMMIT was sent and not answered: `batch` may stand in the ledger, whole, or not at all. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed';
  readonly batch: Committed;
  constructor(batch: Committed, cause: unknown) {
    super('COMMIT was not answered', { cause });
    this.batch = batch;
  }
}

export interface BatchHost {
  readonly database: Database;
  readonly schema: string;
  readonly epoch: Epoch;
  readonly state: RunState;
  /** The size at which this replica has read the ledger. */
  readonly seen: () => number;
}

/** The clock of PostgreSQL under the lock, never less than the time of the entry before. */
const timeUnderLock = ({ timeMs, nowMs }: Pick<Head, 'timeMs' | 'nowMs'>): number => Math.max(timeMs, nowMs);

/**
 * Sequences one batch: lock, look up, decide, write, sign, COMMIT. Nothing of it may be told to anyone before this returns.
 * Throws NotNow where the run may not be sequenced, Unconfirmed where COMMIT was not answered: the next attempt is told of
 * that batch and finds out, under the lock, what became of it.
 */
export const commitBatch = async (
  host: BatchHost,
  candidates: readonly Candidate[],
  mayLog: (member: string, code: ItemCode) => boolean,
  unsure: Committed | null,
): Promise<Committed> => {
  let made: Committed | null = null;
  try {
    return await inTransaction(host.database, async (connection) => {
      made = await sequence(host, connection, candidates, mayLog, unsure);
      return made;
    });
  } catch (error) {
    if (error instanceof CommitUnknown && made) throw new Unconfirmed(made, error);
    throw error;
  }
};

const sequence = async (
  { schema, epoch, state, seen }: BatchHost,
  connection: Connection,
  candidates: readonly Candidate[],
  mayLog: (member: string, code: ItemCode) => boolean,
  unsure: Committed | null,
): Promise<Committed> => {
  const head = await lockHead(connection, schema);
  // The lock is free, so whatever was asked of the server before has come to its end.
  if (unsure && (await stands(connection, schema, epoch, unsure))) return unsure;
  // A copy was put in place of the database: the nodes must be asked before anything is numbered a second time.
  if (head.epoch === epoch.epoch && head.size < seen()) throw new NotNow('starting');
  await requireOpen(connection, schema, head, epoch, candidates);
  const directory = await state.at(connection, head.stateVersion);
  const needs = needsOf(candidates);
  const claimed = await readClaimed(connection, schema, needs.ids);
  const notices = await readNotices(connection, schema, needs.notices);
  const authors = await readAuthors(connection, schema, epoch.epoch, needs.erased);
  const timeMs = timeUnderLock(head);
  const decided = decideBatch(
    {
      origin: epoch.origin,
      epoch: epoch.epoch,
      size: head.size,
      timeMs,
      frontier: decodeFrontier(head.frontier),
      rseqs: head.rseqs,
      stateVersion: head.stateVersion,
      directory,
      claimed,
      notices,
      erasable: new Map(authors.map((entry) => [entry.seq, entry])),
      postponed: needs.postponed,
    },
    candidates,
    drawRandom,
    mayLog,
  );
  const originals = await readRecordsAt(
    connection,
    schema,
    epoch.epoch,
    decided.outcomes.flatMap((o) => (o.type === 'original' && o.seq < head.size ? [o.seq] : [])),
  );
  const result = { outcomes: decided.outcomes, decided, originals: new Map(originals.map((e) => [e.seq, e])) };
  if (decided.entries.length === 0) return result;
  const size = decided.frontier.size;
  const checkpoint = signCheckpoint({ origin: epoch.origin, size, root: decided.root }, epoch.log);
  await appendBatch(connection, schema, epoch.epoch, {
    entries: decided.entries,
    notices: decided.notices,
    subtrees: decided.subtrees,
    head: {
      size,
      timeMs,
      frontier: decided.frontierBytes,
      checkpoint,
      rseqs: decided.rseqs,
      stateVersion: decided.stateVersion,
    },
  });
  for (const { seqs, by } of decided.erasures) await eraseEntries(connection, schema, epoch.epoch, seqs, by);
  return result;
};

/** Whether a batch whose COMMIT was not answered is in the ledger: its leaves are salted, so that no other has them. */
const stands = async (
  connection: Connection,
  schema: string,
  epoch: Epoch,
  { decided }: Committed,
): Promise<boolean> => {
  const first = decided.entries[0];
  if (!first) return false;
  const [found] = await readRecordsAt(connection, schema, epoch.epoch, [first.seq]);
  return found?.leaf === first.leaf;
};

const requireOpen = async (
  connection: Connection,
  schema: string,
  head: Head,
  epoch: Epoch,
  candidates: readonly Candidate[],
): Promise<void> => {
  if (head.epoch !== epoch.epoch) throw new NotNow('starting');
  if (head.frozen === null && head.sameServer) return;
  // A person opens the ledger: that and the entry that says so are one transaction.
  if (head.size > 0 && candidates.some(opensLedger) && (await openLedger(connection, schema))) return;
  if (head.frozen !== null) throw new NotNow('frozen');
  // Before genesis there is nothing that could have been rolled back, and nobody who could vouch.
  if (head.size === 0) await acceptServer(connection, schema);
  else throw new NotNow('starting');
};

const opensLedger = ({ member, envelope }: Candidate): boolean =>
  member === HUB && envelope?.claims.kind === ledgerOpen.kind;
