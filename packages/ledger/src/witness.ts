import { equalBytes, parseDecimal } from './bytes.ts';
import {
  type Checkpoint,
  contradicts,
  parseCheckpoint,
  type VerifiedCheckpoint,
  verifyCheckpoint,
} from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { emptyRoot } from './hash.ts';
import { type Note, parseNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import { PROOF_HASHES, verifyConsistency } from './proof.ts';
import { formatHashLines, parseHashLines } from './proof-text.ts';

/** The body of C2SP tlog-witness add-checkpoint. */
export interface AddCheckpoint {
  /** Size of the last checkpoint that the witness cosigned, 0 for none. */
  readonly oldSize: number;
  /** The consistency proof from oldSize; empty for 0. */
  readonly proof: readonly Uint8Array[];
  /** The whole note. */
  readonly checkpoint: string;
}

/** `text/x.tlog.size`, the content type of a 409's body. */
export const TLOG_SIZE = 'text/x.tlog.size';

const malformed = (why: string): LedgerError => new LedgerError('witness-body-malformed', why);

/** The request body: `old <size>`, proof lines, an empty line, the checkpoint. Throws `witness-body-malformed`. */
export const encodeAddCheckpoint = ({ oldSize, proof, checkpoint }: AddCheckpoint): string => {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0) throw malformed(`${oldSize} is no tree size.`);
  if (proof.length > PROOF_HASHES) throw malformed(`A proof has at most ${PROOF_HASHES} lines, not ${proof.length}.`);
  return `old ${oldSize}\n${formatHashLines(proof)}\n${checkpoint}`;
};

/** Reads a request body; the checkpoint in it is not looked at. Throws `witness-body-malformed`. */
export const parseAddCheckpoint = (body: string): AddCheckpoint => {
  const split = body.indexOf('\n\n');
  if (split < 0) throw malformed('The empty line before the checkpoint is missing.');
  const [oldLine, ...proofLines] = body.slice(0, split).split('\n');
  const oldSize = oldLine?.startsWith('old ') === true ? parseDecimal(oldLine.slice('old '.length)) : undefined;
  if (oldSize === undefined) throw malformed('The first line must be "old" and a size without leading zeros.');
  const proof = parseHashLines(proofLines);
  if (proof === undefined) {
    throw malformed(`A proof is at most ${PROOF_HASHES} lines, each the base64 of one hash.`);
  }
  return { oldSize, proof, checkpoint: body.slice(split + 2) };
};

/** Two notes that do not go together. Whoever holds both can show that the log signed them. */
export interface Contradiction {
  /** The whole checkpoint that this witness cosigned last. */
  readonly held: string;
  /** The one that was handed in now, with its valid log signature. */
  readonly submitted: string;
}

/** A witness's answer. `body` is the HTTP response body. */
export type WitnessAnswer =
  /** Cosigned. `held` is to be made durable before the answer leaves, in one step with the check. */
  | { readonly status: 200; readonly body: string; readonly held: string; readonly checkpoint: Checkpoint }
  | { readonly status: 400 | 403 | 404; readonly body: string }
  /** The old size is stale, `body` is the held size; or one size has two roots, then `conflict` is proof of it. */
  | { readonly status: 409; readonly body: string; readonly conflict?: Contradiction }
  /** The proof does not hold. `suspect` unless nothing was held: the log signed what it cannot show to extend `held`. */
  | { readonly status: 422; readonly body: string; readonly suspect?: Contradiction };

/** What a witness knows of one log. */
export interface WitnessState {
  /** The log's key; its name is the one origin that this witness knows. */
  readonly logKey: NoteKey;
  /** The whole checkpoint that was cosigned last, or null if there is none. */
  readonly held: string | null;
}

const attempt = <T>(run: () => T): T | LedgerError => {
  try {
    return run();
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
};

const readBody = (body: string): (AddCheckpoint & { note: Note; head: Checkpoint }) | LedgerError =>
  attempt(() => {
    const request = parseAddCheckpoint(body);
    const note = parseNote(request.checkpoint);
    return { ...request, note, head: parseCheckpoint(note.text) };
  });

const checkProof = (held: Checkpoint | null, next: Checkpoint, proof: readonly Uint8Array[]): LedgerError | undefined =>
  attempt(() => {
    const size1 = held?.size ?? 0;
    if (next.size === 0 && !equalBytes(next.root, emptyRoot())) {
      throw new LedgerError('proof-mismatch', 'The root of size 0 is not that of the empty tree.');
    }
    if (size1 > 0 && held !== null) {
      verifyConsistency({ size1, size2: next.size, root1: held.root, root2: next.root, proof });
    } else if (proof.length > 0) {
      throw new LedgerError('proof-malformed', 'From size 0 the proof must be empty.');
    }
  }) as LedgerError | undefined;

/**
 * Decides on an add-checkpoint request (C2SP tlog-witness). Pure: the caller holds the state under a lock, makes `held`
 * of a 200 durable, and only then answers.
 * @param cosign makes this witness's signature line for a note text
 * @throws LedgerError what verifyCheckpoint throws, if the held checkpoint is not one of this log: then the state is
 * damaged, and the witness must stop
 */
export const addCheckpoint = (
  { logKey, held }: WitnessState,
  body: string,
  cosign: (noteText: string) => string,
): WitnessAnswer => {
  const heldHead = held === null ? null : verifyCheckpoint(held, logKey);
  const request = readBody(body);
  if (request instanceof LedgerError) return { status: 400, body: `${request.message}\n` };
  const { oldSize, proof, note, head, checkpoint: submitted } = request;
  if (head.origin !== logKey.name) return { status: 404, body: 'This witness does not know that origin.\n' };
  const signed: VerifiedCheckpoint | LedgerError = attempt(() => verifyCheckpoint(note, logKey));
  if (signed instanceof LedgerError) return { status: 403, body: `${signed.message}\n` };
  const both = held === null ? undefined : { held, submitted };
  const heldSize = heldHead?.size ?? 0;
  if (heldHead !== null && both !== undefined && contradicts(heldHead, head)) {
    return { status: 409, body: `${heldSize}\n`, conflict: both };
  }
  if (oldSize > head.size) return { status: 400, body: 'The old size is larger than that of the checkpoint.\n' };
  if (oldSize !== heldSize) return { status: 409, body: `${heldSize}\n` };
  const fault = checkProof(heldHead, head, proof);
  if (fault !== undefined) {
    return { status: 422, body: `${fault.message}\n`, ...(both === undefined ? {} : { suspect: both }) };
  }
  return { status: 200, body: cosign(note.text), held: submitted, checkpoint: head };
};
