import { append, encodeFrontier, type Frontier, rootOf } from '@eads/ledger';
import type { Deliver, ReadableEntry, RecipientOpening } from '@eads/protocol';
import { directoryAt, roster } from '@eads/signing';
import {
  dropAwaited,
  type ErasureClaim,
  entriesBetween,
  type InboxEntry,
  type InboxSubtree,
  inTransaction,
  keepErasureClaims,
  moveCursor,
  type OutboxRow,
  storeInbox,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from '../run/core.ts';
import { type EpochState, refreshEpochState, settleKeys } from '../run/epoch-state.ts';
import { checkReadable, leafEntry, type Position } from './check-entry.ts';

/** Subtrees that are kept: one level in eight, as in tiles (C2SP tlog-tiles). */
const TILE_BITS = 8;

type Item = Deliver['items'][number];

interface Delivered {
  readonly item: Item;
  readonly opening: RecipientOpening | null;
}

/** Openings stand for the readable entries alone, in their order. */
const withOpenings = ({ items, openings }: Deliver): Delivered[] => {
  let readable = 0;
  return items.map((item) =>
    typeof item === 'string' ? { item, opening: null } : { item, opening: openings[readable++] ?? null },
  );
};

/** A frame that begins with what is held already (its ack was lost) must bring the same entries. */
const checkHeldPart = async (core: RunCore, state: EpochState, frame: Deliver, held: number): Promise<void> => {
  if (held === 0) return;
  const rows = await entriesBetween(core.database, core.schema, state.epoch, frame.first, frame.first + held);
  rows.forEach((row, i) => {
    const item = frame.items[i] as Item;
    const same = typeof item === 'string' ? item === row.leaf : item.record === row.record;
    if (!same) throw new EvidenceError('past-changed', row.seq, { item, held: row.record ?? row.leaf });
  });
};

interface Checked {
  readonly entries: readonly InboxEntry[];
  readonly claims: readonly ErasureClaim[];
  readonly after: Position;
}

const checkAll = (core: RunCore, state: EpochState, delivered: readonly Delivered[]): Checked => {
  const context = {
    member: core.member,
    genesisHash: state.genesisHash,
    knownSize: Math.max(state.knownSize, state.next + delivered.length),
  };
  const entries: InboxEntry[] = [];
  const claims: ErasureClaim[] = [];
  let position: Position = {
    seq: state.next,
    rseq: state.rseq,
    timeMs: state.timeMs,
    directory: state.directory,
    roster: state.roster,
  };
  for (const { item, opening } of delivered) {
    const { seq } = position;
    if (typeof item === 'string') {
      if (seq === 0) throw new EvidenceError('other-genesis', 0, { item, why: 'Entry 0 came as a leaf hash.' });
      entries.push(leafEntry(seq, item));
      position = { ...position, seq: seq + 1 };
    } else {
      const checked = checkReadable(context, position, item as ReadableEntry, opening);
      entries.push(checked.entry);
      if (checked.claim !== null) claims.push(checked.claim);
      position = checked.after;
    }
    compareHead(state, position);
  }
  return { entries, claims, after: position };
};

/** A signed head for just this size must state just this member's own number. */
const compareHead = (state: EpochState, { seq, rseq }: Position): void => {
  const head = state.heads.get(seq);
  if (head && head.rseq !== rseq) {
    throw new EvidenceError('head-contradicts', null, {
      size: seq,
      stated: head.rseq,
      delivered: rseq,
      head: head.jws,
    });
  }
};

/** What the hub receipted stands in the ledger where its record says, and over the roster of that place. */
export const checkOwnLeaf = (row: OutboxRow, leaf: string, members: readonly string[]): void => {
  const { seq, record, openings } = row;
  if (row.leaf !== leaf) throw new EvidenceError('receipt-contradicts', seq, { record, leaf, why: 'Another leaf.' });
  const named = (openings ?? []).map(([member]) => member);
  if (named.join() !== members.join()) {
    throw new EvidenceError('receipt-contradicts', seq, { record, openings, roster: members, why: 'Another roster.' });
  }
};

interface Grown {
  readonly frontier: Frontier;
  readonly subtrees: readonly InboxSubtree[];
}

/** Appends the leaves and compares the root with each checkpoint that is passed on the way. */
const grow = (state: EpochState, leaves: readonly Uint8Array[]): Grown => {
  const subtrees: InboxSubtree[] = [];
  let { frontier } = state;
  const end = state.next + leaves.length;
  const to = (size: number): void => {
    const rest = leaves.slice(frontier.size - state.next, size - state.next);
    frontier = append(frontier, rest, (level, index, hash) => {
      if (level > 0 && level % TILE_BITS === 0) subtrees.push({ level: level / TILE_BITS, index, hash });
    });
  };
  for (const { size, root, note } of state.awaited) {
    if (size > end) break;
    to(size);
    const own = Buffer.from(rootOf(frontier)).toString('base64');
    if (own !== root) throw new EvidenceError('root-contradicts', null, { size, own, note });
  }
  to(end);
  return { frontier, subtrees };
};

const checkOwn = (state: EpochState, { entries, after }: Checked): void => {
  if (state.ownAhead.size === 0) return;
  for (const { seq, leaf } of entries) {
    const row = state.ownAhead.get(seq);
    if (row) checkOwnLeaf(row, leaf, roster(directoryAt(after.directory, seq)));
  }
};

const RECENT = 32;

/** What was committed counts from now on. */
const advance = (core: RunCore, state: EpochState, after: Position, frontier: Frontier): void => {
  state.recent = [...state.recent, frontier].slice(-RECENT);
  state.frontier = frontier;
  state.next = after.seq;
  state.rseq = after.rseq;
  state.timeMs = after.timeMs;
  state.knownSize = Math.max(state.knownSize, after.seq);
  state.awaited = state.awaited.filter(({ size }) => size > after.seq);
  for (const seq of state.ownAhead.keys()) if (seq < after.seq) state.ownAhead.delete(seq);
  for (const size of state.heads.keys()) if (size <= after.seq) state.heads.delete(size);
  if (state.directory === after.directory) return;
  state.directory = after.directory;
  state.roster = after.roster;
  settleKeys(core, state);
};

/**
 * Stores one delivered frame: bytes, cursor and tree frontier in one transaction, and only if all of it holds. What is held
 * already is skipped. Handling is another step. The caller holds the run's ledger mutex.
 * @returns the first seq not held
 * @throws EvidenceError and the cursor stays
 */
export const deliver = async (core: RunCore, state: EpochState, frame: Deliver): Promise<number> => {
  if (state.stale) await refreshEpochState(core, state);
  const { schema } = core;
  const { epoch, next } = state;
  if (frame.first > next) throw new EvidenceError('seq-gap', next, { first: frame.first, next });
  const held = Math.min(next - frame.first, frame.items.length);
  await checkHeldPart(core, state, frame, held);
  const delivered = withOpenings(frame).slice(held);
  if (delivered.length === 0) return next;
  const checked = checkAll(core, state, delivered);
  checkOwn(state, checked);
  const { entries, claims, after } = checked;
  const { frontier, subtrees } = grow(
    state,
    entries.map((entry) => Buffer.from(entry.leaf, 'base64')),
  );
  // Should the transaction fail in any way, memory is read again from what stands.
  state.stale = true;
  await inTransaction(core.database, async (connection) => {
    const to = { next: after.seq, rseq: after.rseq, frontier: encodeFrontier(frontier) };
    if (!(await moveCursor(connection, schema, epoch, next, to))) throw new Error('Another process moved the cursor.');
    await storeInbox(connection, schema, epoch, entries, subtrees);
    await keepErasureClaims(connection, schema, epoch, claims);
    if (state.awaited.some(({ size }) => size <= after.seq)) await dropAwaited(connection, schema, epoch, after.seq);
  });
  state.stale = false;
  advance(core, state, after, frontier);
  if (entries.some(({ record }) => record !== null)) core.inboxGrew.fire();
  core.entriesChanged.fire();
  return state.next;
};
