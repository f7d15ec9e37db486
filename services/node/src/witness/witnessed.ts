import { parseCheckpoint, parseNote, parseVkey, verifyWitnessed, type Witness } from '@eads/ledger';
import { coSigners, directoryAt, quorum } from '@eads/signing';
import { inTransaction, keepWitnessedNote, markWitnessed } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { compareWithTree } from './compare.ts';

const sizeOf = (note: string): number => {
  try {
    return parseCheckpoint(parseNote(note).text).size;
  } catch (error) {
    throw new EvidenceError('witnessed-bad', null, { note, why: (error as Error).message });
  }
};

/** Verifies the log's signature and a quorum of the co-signers as of the checkpoint's last entry. Throws EvidenceError. */
export const verifyQuorum = ({ directory, logKey }: Pick<EpochState, 'directory' | 'logKey'>, note: string) => {
  const at = directoryAt(directory, sizeOf(note));
  const witnesses: Witness[] = coSigners(at).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));
  try {
    return verifyWitnessed(note, logKey, witnesses, quorum(at));
  } catch (error) {
    throw new EvidenceError('witnessed-bad', null, { note, why: (error as Error).message });
  }
};

/**
 * Takes a checkpoint that the hub says a quorum cosigned: verified here, compared with the own tree, then what it covers of the outbox
 * is witnessed. One that is ahead of the delivery waits: who the co-signers are stands in entries not yet held. The caller holds the
 * run's ledger mutex.
 * @throws EvidenceError
 */
export const takeWitnessed = async (core: RunCore, state: EpochState, note: string): Promise<void> => {
  const size = sizeOf(note);
  state.knownSize = Math.max(state.knownSize, size);
  if (size > state.next) {
    if (size > (state.witnessedAhead?.size ?? 0)) state.witnessedAhead = { size, note };
    return;
  }
  const checkpoint = verifyQuorum(state, note);
  await compareWithTree(core, state, checkpoint, note);
  if (size <= state.witnessedSize) return;
  const { schema } = core;
  const covered = await inTransaction(core.database, async (connection) => {
    await keepWitnessedNote(connection, schema, state.epoch, size, note);
    return markWitnessed(connection, schema, state.epoch, size);
  });
  state.witnessedSize = size;
  if (covered.length > 0) core.outboxChanged.fire();
};

/** After a delivery: the checkpoint that was ahead may be within reach. */
export const takeWitnessedAhead = async (core: RunCore, state: EpochState): Promise<void> => {
  const ahead = state.witnessedAhead;
  if (ahead === null || ahead.size > state.next) return;
  state.witnessedAhead = null;
  await takeWitnessed(core, state, ahead.note);
};
