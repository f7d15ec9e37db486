import { decodeFrontier, type Frontier, type NoteKey, parseVkey } from '@eads/ledger';
import {
  applyStateEvent,
  type Directory,
  emptyDirectory,
  type Founding,
  openEnvelope,
  roster,
  signerAt,
} from '@eads/signing';
import {
  type AwaitedCheckpoint,
  awaitedCheckpoints,
  heldStateEvents,
  lastLedgerTime,
  listNodeEpochs,
  type NodeCursor,
  type OutboxRow,
  readNodeCursor,
  receiptedBetween,
  unreceiptedStateEvents,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from './core.ts';

/** The epoch that a node is in, as it stands in memory. Everything in it can be read again from the database. */
export interface EpochState {
  readonly epoch: number;
  readonly origin: string;
  readonly genesis: string;
  readonly genesisHash: string;
  /** What genesis fixed; known before entry 0 is delivered. */
  readonly founding: Founding;
  /** The members of genesis. */
  readonly founders: readonly string[];
  readonly logKey: NoteKey;
  /** The first seq not held. */
  next: number;
  rseq: number;
  /** The tree of size `next`. */
  frontier: Frontier;
  /** Trees of sizes just before, newest last: a checkpoint is often of one of these. */
  recent: readonly Frontier[];
  /** Ledger time of the last readable entry, ms. */
  timeMs: number;
  witnessedSize: number;
  /** What the last delivery statement said, and when, in ms. */
  stated: { readonly rseq: number; readonly at: number | null };
  /** Receipts of our own whose entries are not yet delivered, by seq. */
  readonly ownAhead: Map<number, OutboxRow>;
  /** Log-signed checkpoints ahead of the delivery. */
  awaited: readonly AwaitedCheckpoint[];
  directory: Directory;
  roster: readonly string[];
  /** The largest size of the log that the hub has told of. */
  knownSize: number;
  /** A witnessed checkpoint that is ahead of the delivery. */
  witnessedAhead: { readonly size: number; readonly note: string } | null;
  /** A rotation of our own keys is queued and not yet in the ledger. */
  rotating: boolean;
  /** The hub refused the old key while a rotation was under way: its receipt was lost, the new one proves who we are. */
  proveWithNext: boolean;
  /** The witness key whose lost record this process has begun to mend by a rotation. */
  renewedFrom: string | null;
  /** Up to where a sweep last left others' entries behind. */
  looked: number;
  /** Memory may be behind the database: read it again before the next delivery. */
  stale: boolean;
  /** Own numbers that signed heads state for sizes not yet reached. */
  readonly heads: Map<number, { readonly rseq: number; readonly jws: string }>;
}

/** What genesis founds. Throws where it does not stand up by itself. */
export const readFounding = (origin: string, genesis: string): { founding: Founding; directory: Directory } => {
  const opened = openEnvelope(genesis);
  if (!opened.ok) throw new EvidenceError('other-genesis', 0, { origin, genesis, why: opened.refusal.why });
  const applied = applyStateEvent(emptyDirectory(origin), 0, opened.envelope);
  if (!applied.ok) throw new EvidenceError('other-genesis', 0, { origin, genesis, why: applied.why });
  const { founding } = applied.directory;
  if (!founding) throw new EvidenceError('other-genesis', 0, { origin, genesis, why: 'It founds nothing.' });
  return { founding, directory: applied.directory };
};

/** The directory after every state event of an epoch that the inbox holds. */
export const foldHeldEvents = async ({ database, schema }: RunCore, epoch: number): Promise<Directory> => {
  const origin = (await listNodeEpochs(database, schema)).find((each) => each.epoch === epoch)?.origin ?? '';
  let directory = emptyDirectory(origin);
  for (const { seq, envelope } of await heldStateEvents(database, schema, epoch)) {
    const opened = envelope === null ? null : openEnvelope(envelope);
    const applied = opened?.ok ? applyStateEvent(directory, seq, opened.envelope) : null;
    if (!applied?.ok) throw new Error(`The state event at ${seq} in the database does not fold. Restore a backup.`);
    directory = applied.directory;
  }
  return directory;
};

const standing = async (core: RunCore, cursor: NodeCursor) => {
  const { database, schema } = core;
  const { epoch, next } = cursor;
  const directory = await foldHeldEvents(core, epoch);
  const ahead = await receiptedBetween(database, schema, epoch, next, Number.MAX_SAFE_INTEGER);
  return {
    next,
    rseq: cursor.rseq,
    frontier: decodeFrontier(cursor.frontier),
    recent: [],
    timeMs: await lastLedgerTime(database, schema, epoch),
    witnessedSize: cursor.witnessedSize,
    stated: { rseq: cursor.statedRseq, at: cursor.statedAt },
    ownAhead: new Map(ahead.map((row) => [row.seq as number, row])),
    awaited: await awaitedCheckpoints(database, schema, epoch),
    directory,
    roster: roster(directory),
    rotating: (await unreceiptedStateEvents(database, schema, epoch)).some(({ kind }) => kind === 'key.rotate'),
    stale: false,
  };
};

/** Reads the epoch that the cursor is in; null before the first genesis was pinned. */
export const loadEpochState = async (core: RunCore): Promise<EpochState | null> => {
  const cursor = await readNodeCursor(core.database, core.schema);
  if (!cursor) return null;
  const { epoch, origin, genesis, genesisHash } = cursor;
  const { founding, directory } = readFounding(origin, genesis);
  return {
    epoch,
    origin,
    genesis,
    genesisHash,
    founding,
    founders: roster(directory),
    logKey: parseVkey(founding.logKey),
    ...(await standing(core, cursor)),
    knownSize: Math.max(cursor.next, cursor.logSize),
    heads: new Map(),
    witnessedAhead: null,
    proveWithNext: false,
    renewedFrom: null,
    looked: 0,
  };
};

/** Reads again what the database holds, after a write whose outcome is not known. */
export const refreshEpochState = async (core: RunCore, state: EpochState): Promise<void> => {
  const cursor = await readNodeCursor(core.database, core.schema);
  if (cursor?.epoch !== state.epoch) throw new Error('The node has gone on to another epoch.');
  Object.assign(state, await standing(core, cursor));
};

/** Takes rotated keys into use once the directory has them. */
export const settleKeys = (core: RunCore, state: EpochState): void => {
  const next = core.keys.nextFor(state.origin);
  if (next === null || signerAt(state.directory, core.member, next.signing.kid).status !== 'current') return;
  core.keys.promote(state.origin);
  state.rotating = false;
  state.proveWithNext = false;
};
