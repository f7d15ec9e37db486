import { type Checkpoint, parseCheckpoint, parseNote } from '@eads/ledger';
import { type GenesisEnvelope, genesis as genesisKind } from '@eads/protocol';
import { openEnvelope, verifyEnrolment } from '@eads/signing';
import {
  beginNodeEpoch,
  type Connection,
  holdRows,
  inTransaction,
  markWitnessed,
  readNodeCursor,
  unwitnessedRows,
} from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import { HELD_SAYS } from '../outbox/outgoing.ts';
import { ownRoot } from '../witness/compare.ts';
import { verifyQuorum } from '../witness/witnessed.ts';
import type { RunCore } from './core.ts';
import { type EpochState, readFounding } from './epoch-state.ts';
import { pinTrust, repin, trustOf } from './trust.ts';

/** The genesis must hold just the keys that this node enrolled; where it holds none, the node joins later. */
const checkOwnBlock = (core: RunCore, { origin, envelope }: GenesisEnvelope): void => {
  const opened = openEnvelope(envelope);
  const body = opened.ok ? genesisKind.body.safeParse(opened.envelope.claims.body) : null;
  const own = body?.success ? body.data.members.find(({ member }) => member === core.member) : undefined;
  if (!own) return;
  const { signing, encryption, witness } = verifyEnrolment(own.block, { origin, member: core.member });
  const keys = core.keys.has(origin) ? core.keys.keysFor(origin) : null;
  const same =
    keys?.signing.kid === signing.kid &&
    keys.encryption.kid === encryption.kid &&
    (witness === null || keys.witness.kid === witness.key.kid);
  if (!same) {
    throw new EvidenceError('other-genesis', 0, {
      origin,
      envelope,
      why: `It holds other keys of ${core.member} than this node’s.`,
    });
  }
};

/**
 * Takes the first genesis of a run: checked, pinned in the node's own folder, then the epoch begins.
 * @throws EvidenceError where it does not hold, or another one is pinned
 */
export const adoptGenesis = async (core: RunCore, genesis: GenesisEnvelope): Promise<void> => {
  const { origin, envelope } = genesis;
  readFounding(origin, envelope);
  checkOwnBlock(core, genesis);
  const trust = trustOf(origin, envelope);
  if (pinTrust(core.folder, trust) === 'other') {
    throw new EvidenceError('other-genesis', 0, {
      origin,
      envelope,
      why: 'Another genesis is pinned in the trust file.',
    });
  }
  await inTransaction(core.database, (connection) =>
    beginNodeEpoch(connection, core.schema, { origin, genesis: envelope, genesisHash: trust.genesisHash }),
  );
};

const checkPredecessor = async (
  core: RunCore,
  state: EpochState,
  note: string | null,
  fault: (why: string) => EvidenceError,
): Promise<Checkpoint | null> => {
  const cursor = await readNodeCursor(core.database, core.schema);
  if (note === null) {
    if ((cursor?.witnessedSize ?? 0) > 0) throw fault('It names no predecessor, and a quorum signed one.');
    return null;
  }
  let head: Checkpoint;
  try {
    head = parseCheckpoint(parseNote(note).text);
    // Of entries that were never delivered here the co-signers may have changed: those known must do.
    verifyQuorum(state, note);
  } catch (error) {
    throw fault((error as Error).message);
  }
  if (head.size < (cursor?.witnessedSize ?? 0)) {
    throw fault(`It goes on from size ${head.size}, and a quorum signed ${cursor?.witnessedSize}.`);
  }
  if (head.size <= state.next) {
    const own = await ownRoot(core, state, head.size);
    if (own !== Buffer.from(head.root).toString('base64'))
      throw fault('Its predecessor has another root than the entries delivered.');
  }
  return head;
};

const holdUnwitnessed = async (
  connection: Connection,
  core: RunCore,
  epoch: number,
  covered: number,
): Promise<void> => {
  await markWitnessed(connection, core.schema, epoch, covered);
  const rows = await unwitnessedRows(connection, core.schema, epoch);
  const ids = rows.map(({ id }) => id);
  await holdRows(connection, core.schema, ids, 'other-origin', HELD_SAYS);
};

/**
 * Goes on to a new epoch: its genesis must follow from the ledger that this node holds. What no quorum covered goes back to the
 * officer.
 * @throws EvidenceError `predecessor-contradicts`, and the old epoch stays
 */
export const followGenesis = async (core: RunCore, state: EpochState, genesis: GenesisEnvelope): Promise<void> => {
  const { origin, envelope } = genesis;
  const fault = (why: string) => new EvidenceError('predecessor-contradicts', null, { origin, envelope, why });
  const { founding } = readFounding(origin, envelope);
  checkOwnBlock(core, genesis);
  const predecessor = await checkPredecessor(core, state, founding.predecessor, fault);
  const trust = trustOf(origin, envelope);
  await inTransaction(core.database, async (connection) => {
    await holdUnwitnessed(connection, core, state.epoch, predecessor?.size ?? 0);
    await beginNodeEpoch(connection, core.schema, { origin, genesis: envelope, genesisHash: trust.genesisHash });
  });
  // After the commit: until then the old epoch is the one to be believed. Repeated at start-up, should this be cut short.
  repin(core.folder, trust);
};
