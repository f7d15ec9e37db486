import { type VerifiedCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { verifyCosignature } from './cosignature.ts';
import { LedgerError } from './errors.ts';
import { type Note, parseNote } from './note.ts';
import { type NoteKey, TYPE_COSIGNATURE } from './note-key.ts';
import { parseSignatureLine, signatureLine } from './signature-line.ts';

/** A co-signer's key and the member that it speaks for. A member may have more than one, after a rotation. */
export interface Witness {
  readonly member: string;
  readonly key: NoteKey;
}

/** Co-signers needed of n: more than two thirds, so that any two quorums share an honest one. */
export const quorumSize = (n: number): number => Math.floor((2 * n) / 3) + 1;

const holds = (key: NoteKey, text: string, signature: Uint8Array): boolean => {
  try {
    return key.type === TYPE_COSIGNATURE && verifyCosignature(key, text, signature);
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
};

/**
 * The members whose cosignature on a note verifies. A bad one is not counted and does no other harm, so that one
 * faulty co-signer stops nobody; exports verify in strict mode instead. The checkpoint of size N counts the keys as of
 * entry N-1: the caller passes those.
 */
export const countCosignatures = (input: Note | string, witnesses: readonly Witness[]): Set<string> => {
  const note = typeof input === 'string' ? parseNote(input) : input;
  const members = new Set<string>();
  for (const { member, key } of witnesses) {
    if (members.has(member)) continue;
    const lines = note.signatures.filter((line) => line.name === key.name && line.id === key.id);
    if (lines.some((line) => holds(key, note.text, line.signature))) members.add(member);
  }
  return members;
};

/** A checkpoint of which this process verified the log's signature and a quorum of cosignatures. */
export interface WitnessedCheckpoint extends VerifiedCheckpoint {
  readonly members: ReadonlySet<string>;
}

/**
 * Verifies that the log signed a checkpoint and that `quorum` members cosigned it.
 * @throws LedgerError `quorum-short`, and what verifyCheckpoint throws
 */
export const verifyWitnessed = (
  input: Note | string,
  logKey: NoteKey,
  witnesses: readonly Witness[],
  quorum: number,
): WitnessedCheckpoint => {
  const note = typeof input === 'string' ? parseNote(input) : input;
  const checkpoint = verifyCheckpoint(note, logKey);
  const members = countCosignatures(note, witnesses);
  if (members.size < quorum) {
    throw new LedgerError(
      'quorum-short',
      `${members.size} co-signers signed the checkpoint of size ${checkpoint.size}, ${quorum} are needed.`,
    );
  }
  return { ...checkpoint, members };
};

/**
 * A checkpoint note with cosignature lines added: those that verify, one a key, in the order of `witnesses`. Lines
 * already there are kept, others are left out.
 * @param lines the bodies of witnesses' answers; each may hold several lines
 */
export const addCosignatures = (note: string, lines: readonly string[], witnesses: readonly Witness[]): string => {
  const { text, signatures } = parseNote(note);
  const offered = lines
    .flatMap((body) => body.split('\n'))
    .map(parseSignatureLine)
    .filter((line) => line !== undefined);
  let out = note;
  for (const { key } of witnesses) {
    const same = (line: { name: string; id: string }): boolean => line.name === key.name && line.id === key.id;
    if (signatures.some(same)) continue;
    const good = offered.find((line) => same(line) && holds(key, text, line.signature));
    if (good !== undefined) out += signatureLine(good.name, good.id, good.signature);
  }
  return out;
};
