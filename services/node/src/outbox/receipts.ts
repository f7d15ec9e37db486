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
import { checkOwnLeaf } from '../inbox/deliver.ts';
import { giveUpRotation } from '../keys/rotate.ts';
import type { RunCore } from '../run/core.ts';
import { type EpochState, refreshEpochState } from '../run/epoch-state.ts';
import { applyOwn } from './apply-own.ts';
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

const apply = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  row: OutboxRow,
  receipt: ReceiptOfRow,
): Promise<void> => {
  if (row.code === receipt.code) return;
  if (receipt.code === 'accepted') await applyOwn(connection, core, state, row, receipt);
  else if (row.kind === 'key.rotate') await giveUpRotation(connection, core, state, row);
};

/**
 * Takes a receipt frame: verifies the hub's signature and everything that it says, then marks the rows. The caller holds the run's
 * ledger mutex.
 * @throws EvidenceError and nothing is marked
 */
export const takeReceipts = async (core: RunCore, state: EpochState, jws: string): Promise<void> => {
  const { member, schema } = core;
  if (state.stale) await refreshEpochState(core, state);
  const items = await readReceipt(core, state, jws);
  const keyed = items.map(([record, openings]) => ({ key: keyOf(record), record, openings }));
  const write = () =>
    inTransaction(core.database, async (connection) => {
      const rows = await lockOutbox(
        connection,
        schema,
        keyed.map(({ key }) => key),
      );
      const byKey = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.envelopeHash, row] as const]));
      const receipts: ReceiptOfRow[] = [];
      const after: OutboxRow[] = [];
      for (const { key, record, openings } of keyed) {
        const row = byKey.get(key);
        if (!row) {
          throw new EvidenceError('receipt-contradicts', null, {
            record,
            openings,
            why: 'Nothing of the kind was sent.',
          });
        }
        const checked = checkReceipt(member, row, record, openings);
        if (row.state === 'witnessed') continue;
        const covered = checked.state === 'receipted' && checked.seq < state.witnessedSize;
        const receipt: ReceiptOfRow = covered ? { ...checked, state: 'witnessed' } : checked;
        receipts.push(receipt);
        after.push({ ...row, ...receipt, openings: [...receipt.openings] });
        await apply(connection, core, state, row, receipt);
      }
      await compareWithTree(connection, core, state, after);
      await keepReceipts(connection, schema, receipts);
      return after;
    });
  // A refused rotation takes back the keys that are being signed with: nothing is queued meanwhile.
  const receipted = await (state.rotating ? core.outbox.run(write) : write());
  for (const row of receipted) if ((row.seq as number) >= state.next) state.ownAhead.set(row.seq as number, row);
  core.outboxChanged.fire();
};
