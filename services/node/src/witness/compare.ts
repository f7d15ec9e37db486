import { type Checkpoint, rootAt, rootOf } from '@eads/ledger';
import { awaitCheckpoint, hashReader } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** The root (base64) of the node's own tree at a size that it has reached. */
export const ownRoot = async (core: RunCore, state: EpochState, size: number): Promise<string> => {
  const frontier = size === state.next ? state.frontier : state.recent.find((recent) => recent.size === size);
  const root = frontier ? rootOf(frontier) : await rootAt(hashReader(core.database, core.schema, state.epoch), size);
  return Buffer.from(root).toString('base64');
};

/**
 * Compares a checkpoint that the log signed with the tree of what was delivered. One that is ahead is written down and compared when
 * the delivery gets there, in this process or a later one. The caller holds the run's ledger mutex.
 * @throws EvidenceError `root-contradicts`
 */
export const compareWithTree = async (
  core: RunCore,
  state: EpochState,
  { size, root }: Checkpoint,
  note: string,
): Promise<void> => {
  const stated = Buffer.from(root).toString('base64');
  if (size <= state.next) {
    const own = await ownRoot(core, state, size);
    if (own !== stated) throw new EvidenceError('root-contradicts', null, { size, own, note });
    return;
  }
  if (state.awaited.some((awaited) => awaited.size === size && awaited.root === stated)) return;
  const awaited = { size, root: stated, note };
  await awaitCheckpoint(core.database, core.schema, state.epoch, awaited);
  state.awaited = [...state.awaited, awaited].sort((a, b) => a.size - b.size);
};
