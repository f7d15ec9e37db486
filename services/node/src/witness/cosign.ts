import {
  addCheckpoint,
  LedgerError,
  type NoteSigner,
  noteSigner,
  parseAddCheckpoint,
  signText,
  TYPE_COSIGNATURE,
  verifyCheckpoint,
  type WitnessAnswer,
} from '@eads/ledger';
import type { CosignAnswer } from '@eads/link';
import { witnessName } from '@eads/signing';
import { keepCosigned, type NodeCursor, readNodeCursor, stopCosigning } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import { type RunCore, recordEvidence } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { compareWithTree } from './compare.ts';
import { readWitnessFile, type WitnessHeld, writeWitnessFile } from './witness-file.ts';

/** Why a node no longer cosigns. The first mends itself by a rotation of the keys, the second waits for a person. */
export const WITNESS_LOST =
  'The record of what this node cosigned is missing or older than the database says. The witness key must be rotated.';
export const WITNESS_CONTRADICTED =
  'The log signed checkpoints that contradict each other or the delivered entries. Both are kept as evidence.';

const signerOf = (core: RunCore, { origin }: EpochState): NoteSigner =>
  noteSigner(witnessName(origin, core.member), TYPE_COSIGNATURE, core.keys.keysFor(origin).witness.privateKey);

const unavailable = (why: string): CosignAnswer => ({ status: 503, body: `${why}\n` });

/** What the file says of this key; `lost` where the database knows of more. */
const heldBy = (core: RunCore, cursor: NodeCursor, key: string): WitnessHeld | null | 'lost' => {
  const file = readWitnessFile(core.folder);
  const own = file?.key === key ? file : null;
  const known = cursor.witnessKey === key ? cursor.cosignedSize : 0;
  return (own?.size ?? 0) < known ? 'lost' : own;
};

const stop = async (core: RunCore, reason: string): Promise<void> => {
  core.log.error({ run: core.run }, reason);
  await stopCosigning(core.database, core.schema, reason);
};

/** Before it signs, a node compares with the tree of what was delivered to itself. */
const compareSubmitted = async (core: RunCore, state: EpochState, body: string): Promise<EvidenceError | null> => {
  try {
    const note = parseAddCheckpoint(body).checkpoint;
    const checkpoint = verifyCheckpoint(note, state.logKey);
    await core.ledger.run(() => compareWithTree(core, state, checkpoint, note));
    return null;
  } catch (error) {
    // What is no checkpoint of this log is answered by addCheckpoint in the terms of C2SP.
    if (error instanceof LedgerError) return null;
    if (error instanceof EvidenceError) return error;
    throw error;
  }
};

const contradiction = (answer: WitnessAnswer): EvidenceError | null => {
  if (answer.status === 409 && answer.conflict) return new EvidenceError('log-forked', null, { ...answer.conflict });
  if (answer.status === 422 && answer.suspect) return new EvidenceError('log-unproven', null, { ...answer.suspect });
  return null;
};

/**
 * Answers one add-checkpoint request (C2SP tlog-witness). A cosignature leaves only after the checkpoint is on disk. One call at a time.
 */
export const answerCosign = async (core: RunCore, state: EpochState, body: string): Promise<CosignAnswer> => {
  const cursor = await readNodeCursor(core.database, core.schema);
  if (cursor?.epoch !== state.epoch) return unavailable('The node has gone on to another epoch.');
  const signer = signerOf(core, state);
  const key = `${signer.name}+${signer.id}`;
  const renewed = cursor.cosigningStopped === WITNESS_LOST && cursor.witnessKey !== key;
  if (renewed) await stopCosigning(core.database, core.schema, null);
  else if (cursor.cosigningStopped !== null) return unavailable(cursor.cosigningStopped);
  const held = heldBy(core, cursor, key);
  if (held === 'lost') {
    await stop(core, WITNESS_LOST);
    return unavailable(WITNESS_LOST);
  }
  const seconds = Math.floor(core.clock.now() / 1000);
  // Nothing is promised yet: a cosignature that is not on disk does not leave.
  const answer = addCheckpoint({ logKey: state.logKey, held: held?.note ?? null }, body, (text) =>
    signText(signer, text, seconds),
  );
  const evidence = contradiction(answer) ?? (await compareSubmitted(core, state, body));
  if (evidence !== null) {
    await recordEvidence(core, state.epoch, evidence);
    await stop(core, WITNESS_CONTRADICTED);
    return answer.status === 200
      ? { status: 422, body: `${evidence.message}\n` }
      : { status: answer.status, body: answer.body };
  }
  if (answer.status === 200) {
    const { size } = answer.checkpoint;
    writeWitnessFile(core.folder, { key, size, note: answer.held });
    await keepCosigned(core.database, core.schema, state.epoch, key, size, answer.held);
  }
  return { status: answer.status, body: answer.body };
};
