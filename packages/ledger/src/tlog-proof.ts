import { fromBase64, parseDecimal, toBase64 } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { leafHash } from './hash.ts';
import type { NoteKey } from './note-key.ts';
import { verifyInclusion } from './proof.ts';
import { formatHashLines, parseHashLines } from './proof-text.ts';
import { verifyWitnessed, type Witness, type WitnessedCheckpoint } from './quorum.ts';

/** An offline receipt: everything but the entry itself and the keys (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** Inclusion proof in the checkpoint's tree. */
  readonly proof: readonly Uint8Array[];
  /** The whole note, cosignatures included. */
  readonly checkpoint: string;
  /** Not covered by any signature. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';

/** The text of a receipt. */
export const formatTlogProof = ({ index, proof, checkpoint, extra }: TlogProof): string => {
  const extraLine = extra === undefined ? '' : `extra ${toBase64(extra)}\n`;
  return `${HEADER}\n${extraLine}index ${index}\n${formatHashLines(proof)}\n${checkpoint}`;
};

const malformed = (why: string): LedgerError => new LedgerError('proof-malformed', why);

/** Reads a receipt; the checkpoint in it is not looked at. Throws `proof-malformed`. */
export const parseTlogProof = (text: string): TlogProof => {
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('The empty line before the checkpoint is missing.');
  const lines = text.slice(0, split).split('\n');
  if (lines.shift() !== HEADER) throw malformed(`The first line of a receipt must be ${HEADER}.`);
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ') === true) {
    extra = fromBase64((lines.shift() as string).slice('extra '.length));
    if (extra === undefined) throw malformed('The "extra" line is not canonical base64.');
  }
  const indexLine = lines.shift();
  const index = indexLine?.startsWith('index ') === true ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed('The "index" line with a number without leading zeros is missing.');
  const proof = parseHashLines(lines);
  if (proof === undefined) throw malformed('A line of the inclusion proof is not the base64 of one hash.');
  return { index, proof, checkpoint: text.slice(split + 2), ...(extra === undefined ? {} : { extra }) };
};

/**
 * Verifies offline that an entry stands at its index in a tree which the log signed and `quorum` members cosigned.
 * @param entry the entry's bytes, or its text
 * @throws LedgerError `proof-malformed`, `proof-mismatch`, and what verifyWitnessed throws
 */
export const verifyTlogProof = (
  receipt: TlogProof | string,
  entry: Uint8Array | string,
  logKey: NoteKey,
  witnesses: readonly Witness[],
  quorum: number,
): WitnessedCheckpoint => {
  const { index, proof, checkpoint } = typeof receipt === 'string' ? parseTlogProof(receipt) : receipt;
  const head = verifyWitnessed(checkpoint, logKey, witnesses, quorum);
  verifyInclusion({ index, size: head.size, leaf: leafHash(entry), root: head.root, proof });
  return head;
};
