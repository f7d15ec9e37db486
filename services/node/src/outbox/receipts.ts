import { parseRecord } from '@eads/ledger';
import type { SenderOpening } from '@eads/protocol';
import { directoryAt, roster, verifyStatement } from '@eads/signing';
import {
  type Connection,
  inTransaction,
  keepReceipts,
  leavesAt,
  lockOutbox,
  type OutboxRow,
  type ReceiptOfRow,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import { applyEffects } from '../handling/effects.ts';
import { checkOwnLeaf } from '../inbox/deliver.ts';
import { giveUpRotation } from '../keys/rotate.ts';
import type { RunCore } from '../run/core.ts';
import { type EpochState, refreshEpochState } from '../run/epoch-state.ts';
import { effectsOfOwn } from './apply-own.ts';
import { checkReceipt } from './check-receipt.ts';

type Item = readonly [record: string, openings: readonly SenderOpening[]];

const readReceipt = async (core: RunCore, { founding, origin }: EpochState, jws: string): Promise<readonly Item[]> => {
  try {
    const claims = await verifyStatement('eads-receipt+jws', jws, founding.hubKey);
    if (claims.origin !== origin || claims.member !== core.member)
      throw new Error('It is for another member or origin.');
    return claims.items;
  } catch (error) {
    throw new EvidenceError('receipt-bad', null, { receipt: jws, why: (error as Error).message });
  }
};

/** By id, or by the hash of the bytes where the hub read no id. */
const keyOf = (record: string): string => {
  try {
    const { id, envelopeHash } = parseRecord(record);
    return id ?? Buffer.from(envelopeHash).toString('base64');
  } catch (error) {
    throw new EvidenceError('receipt-contradicts', null, { record, why: (error as Error).message });
  }
};

/** Entries that were delivered before their receipts: their leaves are compared now, those of the others when they are reached. */
const compareWithTree = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  receipted: readonly OutboxRow[],
): Promise<void> => {
  const reached = receipted.filter((row) => (row.seq as number) < state.next);
  if (reached.length === 0) return;
  const seqs = reached.map((row) => row.seq as number);
  const leaves = await leavesAt(connection, core.schema, state.epoch, seqs);
  for (const row of reached) {
    const seq = row.seq as number;
    checkOwnLeaf(row, leaves.get(seq) ?? '', roster(directoryAt(state.directory, seq)));
  }
};

interface Receipted {
  readonly row: OutboxRow;
  readonly receipt: ReceiptOfRow;
}

/** What receipts change beside the rows that they are of; one that was there before changes nothing. */
const apply = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  receipted: readonly Receipted[],
): Promise<void> => {
  const fresh = receipted.filter(({ row, receipt }) => row.code !== receipt.code);
  const accepted = fresh.filter(({ receipt }) => receipt.code === 'accepted');
  const effects = accepted.flatMap(({ row, receipt }) => effectsOfOwn(state.epoch, row, receipt));
  await applyEffects(connection, core, state, effects);
  for (const { row, receipt } of fresh) {
    if (row.kind !== 'key.rotate' || !state.rotating) continue;
    if (receipt.code === 'accepted') {
      core.keys.promote(state.origin);
      state.rotating = false;
    } else await giveUpRotation(connection, core, state, row);
  }
};

const pairUp = (member: string, state: EpochState, rows: readonly OutboxRow[], items: readonly Item[]): Receipted[] => {
  const byKey = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.envelopeHash, row] as const]));
  const receipted: Receipted[] = [];
  for (const [record, openings] of items) {
    const row = byKey.get(keyOf(record));
    if (!row) {
      throw new EvidenceError('receipt-contradicts', null, { record, openings, why: 'Nothing of the kind was sent.' });
    }
    const receipt = checkReceipt(member, row, record, openings);
    if (row.state === 'witnessed') continue;
    const covered = receipt.state === 'receipted' && receipt.seq < state.witnessedSize;
    receipted.push({ row, receipt: covered ? { ...receipt, state: 'witnessed' } : receipt });
  }
  return receipted;
};

/**
 * Takes a receipt frame: verifies the hub's signature and everything that it says, then marks the rows. The caller holds the run's
 * ledger mutex.
 * @throws EvidenceError and nothing is marked
 */
export const takeReceipts = async (core: RunCore, state: EpochState, jws: string): Promise<void> => {
  const { member, schema, database } = core;
  if (state.stale) await refreshEpochState(core, state);
  const items = await readReceipt(core, state, jws);
  const keys = items.map(([record]) => keyOf(record));
  const write = () =>
    inTransaction(database, async (connection) => {
      const receipted = pairUp(member, state, await lockOutbox(connection, schema, keys), items);
      const receipts = receipted.map(({ receipt }) => receipt);
      const after = receipted.map(({ row, receipt }) => ({ ...row, ...receipt, openings: [...receipt.openings] }));
      await compareWithTree(connection, core, state, after);
      await keepReceipts(connection, schema, receipts);
      await apply(connection, core, state, receipted);
      return after;
    });
  // A refused rotation takes back the keys that are being signed with: nothing is queued meanwhile.
  const after = await (state.rotating ? core.outbox.run(write) : write());
  for (const row of after) if (row.seq >= state.next) state.ownAhead.set(row.seq, row);
  core.outboxChanged.fire();
};
