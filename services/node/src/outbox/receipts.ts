import { parseRecord } from '@eads/ledger';
import type { SenderOpening } from '@eads/protocol';
import { directoryAt, roster, verifyStatement } from '@eads/signing';
import {
  type Connection,
  inTransaction,
  keepReceipts,
  leafAt,
  lockNodeCursor,
  lockOutbox,
  type NodeCursor,
  type OutboxRow,
  type ReceiptOfRow,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import { checkOwnLeaf } from '../inbox/deliver.ts';
import { giveUpRotation } from '../keys/rotate.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
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

/** The entry may have been delivered before its receipt: then its leaf is compared now, else when it is reached. */
const compareWithTree = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  cursor: NodeCursor,
  row: OutboxRow,
  receipt: ReceiptOfRow,
): Promise<void> => {
  if (receipt.seq >= cursor.next) return;
  const leaf = (await leafAt(connection, core.schema, state.epoch, receipt.seq)) ?? '';
  checkOwnLeaf(
    { ...row, ...receipt, openings: [...receipt.openings] },
    leaf,
    roster(directoryAt(state.directory, receipt.seq)),
  );
};

/**
 * Takes a receipt frame: verifies the hub's signature and everything that it says, then marks the rows.
 * @throws EvidenceError and nothing is marked
 */
export const takeReceipts = async (core: RunCore, state: EpochState, jws: string): Promise<void> => {
  const { member, schema } = core;
  const items = await readReceipt(core, state, jws);
  const keyed = items.map(([record, openings]) => ({ key: keyOf(record), record, openings }));
  await inTransaction(core.database, async (connection) => {
    const cursor = await lockNodeCursor(connection, schema);
    const rows = await lockOutbox(
      connection,
      schema,
      keyed.map(({ key }) => key),
    );
    const byKey = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.envelopeHash, row] as const]));
    const receipts: ReceiptOfRow[] = [];
    for (const { key, record, openings } of keyed) {
      const row = byKey.get(key);
      if (!row) {
        throw new EvidenceError('receipt-contradicts', null, {
          record,
          openings,
          why: 'Nothing of the kind was sent.',
        });
      }
      const receipt = checkReceipt(member, row, record, openings);
      await compareWithTree(connection, core, state, cursor, row, receipt);
      if (row.state === 'witnessed') continue;
      const covered = receipt.state === 'receipted' && receipt.seq < cursor.witnessedSize;
      receipts.push(covered ? { ...receipt, state: 'witnessed' } : receipt);
      if (row.code === receipt.code) continue;
      if (receipt.code === 'accepted') await applyOwn(connection, core, state, row, receipt);
      else if (row.kind === 'key.rotate') await giveUpRotation(connection, core, state, row);
    }
    await keepReceipts(connection, schema, receipts);
  });
  core.outboxChanged.fire();
};
