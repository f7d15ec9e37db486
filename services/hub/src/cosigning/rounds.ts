import {
  addCosignatures,
  consistencyProof,
  countCosignatures,
  encodeAddCheckpoint,
  parseVkey,
  type Witness,
} from '@eads/ledger';
import { coSigners, directoryAt, quorum } from '@eads/signing';
import {
  completeRound,
  cosignerSizes,
  type Database,
  hashReader,
  keepCosignature,
  latestRound,
  latestWitnessed,
  noteCosigner,
  openRound,
  readHead,
} from '@eads/store';
import type { Epoch } from '../run/epoch.ts';
import type { RunState } from '../run/state.ts';

/** At most two rounds a second; one that does not come together makes room for the next after this long. */
const ROUND_MS = 500;
const ROUND_PATIENCE_MS = 2_000;

/** A node that can be asked, as the round sees it. */
export interface Askable {
  readonly member: string;
  readonly generation: number;
  sendCosign(round: number, body: string): void;
}

export interface CosigningHost {
  readonly database: Database;
  readonly schema: string;
  readonly epoch: Epoch;
  readonly state: RunState;
  /** Nodes whose session this replica holds. */
  askable(): Iterable<Askable>;
  /** A larger checkpoint reached its quorum. */
  witnessed(size: number, note: string): void;
  refusedToSign(member: string, round: number, status: number, body: string): void;
}

/**
 * Co-signing, seen by one replica: it opens rounds when none is under way, asks its own nodes, and the one whose answer
 * makes the quorum completes the round. All that is shared lies in the database.
 */
export const createCosigning = (host: CosigningHost) => {
  const { database, schema, epoch, state } = host;
  /** member -> round and generation last asked, so that nobody is asked twice for the same. */
  const asked = new Map<string, string>();
  let witnessedSize = 0;
  let witnessedNote: string | null = null;
  let running = false;

  const ask = async (node: Askable, size: number, checkpoint: string, oldSize: number): Promise<void> => {
    if (oldSize > size) return;
    const proof =
      oldSize === 0 || oldSize === size
        ? []
        : await consistencyProof(hashReader(database, schema, epoch.epoch), oldSize, size);
    node.sendCosign(size, encodeAddCheckpoint({ oldSize, proof, checkpoint }));
  };

  const witnessesAt = (size: number): Witness[] =>
    coSigners(directoryAt(state.directory(), size)).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));

  const tick = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      const head = await readHead(database, schema);
      if (!head || head.epoch !== epoch.epoch || head.checkpoint === null || head.frozen !== null) return;
      let round = await latestRound(database, schema, epoch.epoch);
      const due = !round || round.witnessed !== null || round.ageMs > ROUND_PATIENCE_MS;
      if (due && head.size > (round?.size ?? 0)) {
        await openRound(database, schema, epoch.epoch, head.size, head.checkpoint);
        round = await latestRound(database, schema, epoch.epoch);
      }
      await announce();
      if (!round) return;
      const sizes = await cosignerSizes(database, schema, epoch.epoch);
      const signers = new Set(witnessesAt(round.size).map((witness) => witness.member));
      for (const node of host.askable()) {
        const key = `${round.size} ${node.generation}`;
        const old = sizes.get(node.member) ?? 0;
        if (!signers.has(node.member) || asked.get(node.member) === key || old >= round.size) continue;
        asked.set(node.member, key);
        await ask(node, round.size, round.checkpoint, old);
      }
    } finally {
      running = false;
    }
  };

  /** Passes on what other replicas completed. */
  const announce = async (): Promise<void> => {
    const round = await latestWitnessed(database, schema, epoch.epoch);
    if (round?.witnessed && round.size > witnessedSize) {
      witnessedSize = round.size;
      witnessedNote = round.witnessed;
      host.witnessed(round.size, round.witnessed);
    }
  };

  const answered = async (node: Askable, size: number, status: number, body: string): Promise<void> => {
    if (status === 409 && /^\d{1,16}\n$/.test(body)) {
      // Its cosigned size was not the one we knew: ask once more from there.
      const held = Number(body);
      const round = await latestRound(database, schema, epoch.epoch);
      if (round && round.size === size && held <= size) await ask(node, size, round.checkpoint, held);
      return;
    }
    if (status !== 200) {
      host.refusedToSign(node.member, size, status, body);
      return;
    }
    const round = await latestRound(database, schema, epoch.epoch);
    if (!round || round.size !== size) {
      await noteCosigner(database, schema, epoch.epoch, node.member, size);
      return;
    }
    const witnesses = witnessesAt(size);
    const own = witnesses.filter((witness) => witness.member === node.member);
    if (countCosignatures(addCosignatures(round.checkpoint, [body], own), own).size === 0) {
      host.refusedToSign(node.member, size, status, 'its cosignature does not verify');
      return;
    }
    const lines = await keepCosignature(database, schema, epoch.epoch, size, node.member, body);
    const note = addCosignatures(
      round.checkpoint,
      lines.map((line) => line.line),
      witnesses,
    );
    if (countCosignatures(note, witnesses).size < quorum(directoryAt(state.directory(), size))) return;
    await completeRound(database, schema, epoch.epoch, size, note);
    await announce();
  };

  return {
    tick,
    answered,
    everyMs: ROUND_MS,
    witnessedSize: () => witnessedSize,
    /** The largest checkpoint that a quorum cosigned, for a node that was not there when it was passed on. */
    witnessedNote: () => witnessedNote,
  };
};

export type Cosigning = ReturnType<typeof createCosigning>;
