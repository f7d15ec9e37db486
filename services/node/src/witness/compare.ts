import { type Checkpoint, rootAt } from '@eads/ledger';
import {
  awaitCheckpoint,
  type Connection,
  inTransaction,
  keepLogNote,
  lockNodeCursor,
  nodeHashReader,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/**
 * Compares a checkpoint that the log signed with the tree of what was delivered. One that is ahead is remembered and compared when
 * the delivery gets there, in this process or a later one.
 * @returns whether it was compared now
 * @throws EvidenceError `root-contradicts`
 */
export const compareWithTree = async (
  connection: Connection,
  core: RunCore,
  { epoch }: Pick<EpochState, 'epoch'>,
  { size, root }: Checkpoint,
  note: string,
): Promise<boolean> => {
  const cursor = await lockNodeCursor(connection, core.schema);
  if (cursor.epoch !== epoch) throw new Error('The node has gone on to another epoch.');
  await keepLogNote(connection, core.schema, epoch, size, note);
  const stated = Buffer.from(root).toString('base64');
  if (size > cursor.next) {
    await awaitCheckpoint(connection, core.schema, epoch, { size, root: stated, note });
    return false;
  }
  const own = Buffer.from(await rootAt(nodeHashReader(connection, core.schema, epoch), size)).toString('base64');
  if (own !== stated) throw new EvidenceError('root-contradicts', null, { size, own, note });
  return true;
};

/** `compareWithTree` in a transaction of its own. */
export const compareCheckpoint = (
  core: RunCore,
  state: EpochState,
  checkpoint: Checkpoint,
  note: string,
): Promise<boolean> =>
  inTransaction(core.database, (connection) => compareWithTree(connection, core, state, checkpoint, note));
