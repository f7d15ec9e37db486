import {
  addCosignatures,
  consistencyProof,
  countCosignatures,
  encodeAddCheckpoint,
  parseVkey,
  type Witness,
} from '@eads/ledger';
import { coSigners, type Directory, directoryAt, quorum } from '@eads/signing';
import {
  completeRound,
  cosignerSizes,
  type Database,
  type Head,
  hashReader,
  keepCosignature,
  latestRound,
  latestWitnessed,
  noteCosigner,
  openRound,
  type Round,
  readHead,
  readRound,
} from '@eads/store';
import type { Epoch } from '../run/epoch.ts';
import type { RunState } from '../run/state.ts';

/** At most two rounds a second; one that does not come together makes room for the next after this long. */
const ROUND_MS = 500;
const ROUND_PATIENCE_MS = 2_000;
/** How often a node is asked in one round: again where it holds another size than was known. */
const ASKS_A_ROUND = 2;

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

/** What a node was asked last, and whether it owes the answer. */
interface Asked {
  readonly round: number;
  readonly generation: number;
  asks: number;
  open: boolean;
}

const witnessesAt = (directory: Directory): Witness[] =>
  coSigners(directory).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));

/**
 * Co-signing, seen by one replica: it opens rounds when none is under way, asks its own nodes, and the one whose answer
 * makes the quorum completes the round. All that is shared lies in the database.
 */
export const createCosigning = (host: CosigningHost) => {
  const { database, schema, epoch, state } = host;
  const asked = new Map<string, Asked>();
  let witnessedSize = 0;
  let witnessedNote: string | null = null;
  let running = false;

  const ask = async (node: Askable, round: Round, oldSize: number): Promise<void> => {
    if (oldSize > round.size) return;
    const before = asked.get(node.member);
    const same = before?.round === round.size && before.generation === node.generation;
    const asks = same ? before.asks + 1 : 1;
    if (asks > ASKS_A_ROUND) return;
    asked.set(node.member, { round: round.size, generation: node.generation, asks, open: true });
    const proof =
      oldSize === 0 || oldSize === round.size
        ? []
        : await consistencyProof(hashReader(database, schema, epoch.epoch), oldSize, round.size);
    node.sendCosign(round.size, encodeAddCheckpoint({ oldSize, proof, checkpoint: round.checkpoint }));
  };

  /** Members and keys that count for a checkpoint of this size: as of the entry before it. */
  const directoryFor = async (head: Head, size: number): Promise<Directory> =>
    directoryAt(await state.at(database, head.stateVersion), size);

  const openHead = async (): Promise<Head | null> => {
    const head = await readHead(database, schema);
    return head?.epoch === epoch.epoch && head.frozen === null ? head : null;
  };

  const tick = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      const head = await openHead();
      if (!head?.checkpoint) return;
      let round = await latestRound(database, schema, epoch.epoch);
      const due = !round || round.ageMs > (round.witnessed === null ? ROUND_PATIENCE_MS : ROUND_MS);
      if (due && head.size > (round?.size ?? 0)) {
        const times = { everyMs: ROUND_MS, patienceMs: ROUND_PATIENCE_MS };
        await openRound(database, schema, epoch.epoch, { size: head.size, checkpoint: head.checkpoint }, times);
        round = await latestRound(database, schema, epoch.epoch);
      }
      await announce();
      if (!round) return;
      const sizes = await cosignerSizes(database, schema, epoch.epoch);
      const signers = new Set(coSigners(await directoryFor(head, round.size)).map(({ member }) => member));
      for (const node of host.askable()) {
        const before = asked.get(node.member);
        const done = before?.round === round.size && before.generation === node.generation;
        const old = sizes.get(node.member) ?? 0;
        if (signers.has(node.member) && !done && old < round.size) await ask(node, round, old);
      }
    } finally {
      running = false;
    }
  };

  /** Passes on what this or another replica completed. */
  const announce = async (): Promise<void> => {
    const round = await latestWitnessed(database, schema, epoch.epoch);
    if (round?.witnessed && round.size > witnessedSize) {
      witnessedSize = round.size;
      witnessedNote = round.witnessed;
      host.witnessed(round.size, round.witnessed);
    }
  };

  const signed = async (member: string, round: Round, head: Head, body: string): Promise<void> => {
    const directory = await directoryFor(head, round.size);
    const witnesses = witnessesAt(directory);
    const own = witnesses.filter((witness) => witness.member === member);
    const line = addCosignatures(round.checkpoint, [body], own).slice(round.checkpoint.length);
    if (line === '') {
      host.refusedToSign(member, round.size, 200, 'its cosignature does not verify');
      return;
    }
    if (round.witnessed !== null) {
      await noteCosigner(database, schema, epoch.epoch, member, round.size);
      return;
    }
    const lines = await keepCosignature(database, schema, epoch.epoch, round.size, member, line);
    const kept = lines.map((each) => each.line);
    const note = addCosignatures(round.checkpoint, kept, witnesses);
    if (countCosignatures(note, witnesses).size < quorum(directory)) return;
    await completeRound(database, schema, epoch.epoch, round.size, note);
    await announce();
  };

  /** Takes a node's answer, where one is owed. */
  const answered = async (node: Askable, size: number, status: number, body: string): Promise<void> => {
    const question = asked.get(node.member);
    if (!question?.open || question.round !== size || question.generation !== node.generation) return;
    question.open = false;
    const stale = status === 409 && /^\d{1,16}\n$/.test(body);
    if (status !== 200 && !stale) {
      host.refusedToSign(node.member, size, status, body);
      return;
    }
    const head = await openHead();
    const round = head && (await readRound(database, schema, epoch.epoch, size));
    if (!round) return;
    // Its cosigned size was not the one we knew: ask once more from there.
    if (stale) await ask(node, round, Number(body));
    else await signed(node.member, round, head, body);
  };

  return {
    tick,
    answered,
    announce,
    everyMs: ROUND_MS,
    witnessedSize: () => witnessedSize,
    /** The largest checkpoint that a quorum cosigned, for a node that was not there when it was passed on. */
    witnessedNote: () => witnessedNote,
  };
};
