import { append, decodeFrontier, encodeFrontier, type Frontier, rootOf } from '@eads/ledger';
import type { Deliver, ReadableEntry, RecipientOpening } from '@eads/protocol';
import { directoryAt, roster } from '@eads/signing';
import {
  type AwaitedCheckpoint,
  type Connection,
  type ErasureClaim,
  entriesBetween,
  type InboxEntry,
  type InboxSubtree,
  inTransaction,
  keepErasureClaims,
  lockNodeCursor,
  moveCursor,
  type NodeCursor,
  type OutboxRow,
  receiptedBetween,
  storeInbox,
  takeAwaited,
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

const leafTextOf = (item: Item, entry: InboxEntry | undefined): string =>
  typeof item === 'string' ? item : (entry?.leaf ?? '');

/** A frame that begins with what is held already (its ack was lost) must bring the same entries. */
const checkHeldPart = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  frame: Deliver,
  held: number,
): Promise<void> => {
  if (held === 0) return;
  const rows = await entriesBetween(connection, core.schema, state.epoch, frame.first, frame.first + held);
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

const checkAll = (core: RunCore, state: EpochState, cursor: NodeCursor, delivered: readonly Delivered[]): Checked => {
  const context = {
    member: core.member,
    genesisHash: state.genesisHash,
    knownSize: Math.max(state.knownSize, cursor.next + delivered.length),
  };
  const entries: InboxEntry[] = [];
  const claims: ErasureClaim[] = [];
  let position: Position = {
    seq: cursor.next,
    rseq: cursor.rseq,
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
const grow = (cursor: NodeCursor, leaves: readonly Uint8Array[], awaited: readonly AwaitedCheckpoint[]): Grown => {
  const subtrees: InboxSubtree[] = [];
  let frontier = decodeFrontier(cursor.frontier);
  const to = (size: number): void => {
    const rest = leaves.slice(frontier.size - cursor.next, size - cursor.next);
    frontier = append(frontier, rest, (level, index, hash) => {
      if (level > 0 && level % TILE_BITS === 0) subtrees.push({ level: level / TILE_BITS, index, hash });
    });
  };
  for (const { size, root, note } of awaited) {
    if (size >= frontier.size) to(size);
    const own = Buffer.from(rootOf(frontier)).toString('base64');
    if (size === frontier.size && own !== root) throw new EvidenceError('root-contradicts', null, { size, own, note });
  }
  to(cursor.next + leaves.length);
  return { frontier, subtrees };
};

/**
 * Stores one delivered frame: bytes, cursor and tree frontier in one transaction, and only if all of it holds. What is held
 * already is skipped. Handling is another step.
 * @returns the first seq not held
 * @throws EvidenceError and the cursor stays
 */
export const deliver = async (core: RunCore, state: EpochState, frame: Deliver): Promise<number> => {
  if (state.stale) await refreshEpochState(core, state);
  const { schema } = core;
  const { epoch } = state;
  // Should the transaction fail in any way, memory is read again from what stands.
  state.stale = true;
  const position = await inTransaction(core.database, async (connection) => {
    const cursor = await lockNodeCursor(connection, schema);
    if (cursor.epoch !== epoch || cursor.next !== state.next) throw new Error('Another process moved the cursor.');
    if (frame.first > cursor.next) {
      throw new EvidenceError('seq-gap', cursor.next, { first: frame.first, next: cursor.next });
    }
    const held = Math.min(cursor.next - frame.first, frame.items.length);
    await checkHeldPart(connection, core, state, frame, held);
    const delivered = withOpenings(frame).slice(held);
    if (delivered.length === 0) return null;
    const end = cursor.next + delivered.length;
    const { entries, claims, after } = checkAll(core, state, cursor, delivered);
    for (const row of await receiptedBetween(connection, schema, epoch, cursor.next, end)) {
      const seq = row.seq as number;
      const leaf = leafTextOf(delivered[seq - cursor.next]?.item as Item, entries[seq - cursor.next]);
      checkOwnLeaf(row, leaf, roster(directoryAt(after.directory, seq)));
    }
    const awaited = await takeAwaited(connection, schema, epoch, end);
    const leaves = entries.map((entry) => Buffer.from(entry.leaf, 'base64'));
    const { frontier, subtrees } = grow(cursor, leaves, awaited);
    await storeInbox(connection, schema, epoch, entries, subtrees);
    await keepErasureClaims(connection, schema, epoch, claims);
    await moveCursor(connection, schema, { next: end, rseq: after.rseq, frontier: encodeFrontier(frontier) });
    return after;
  });
  state.stale = false;
  if (position === null) return state.next;
  state.next = position.seq;
  state.rseq = position.rseq;
  state.timeMs = position.timeMs;
  state.knownSize = Math.max(state.knownSize, position.seq);
  if (state.directory !== position.directory) {
    state.directory = position.directory;
    state.roster = position.roster;
    settleKeys(core, state);
  }
  for (const size of state.heads.keys()) if (size <= state.next) state.heads.delete(size);
  core.inboxChanged.fire();
  return state.next;
};
