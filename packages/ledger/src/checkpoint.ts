import { equalBytes, fromBase64, parseDecimal, toBase64 } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { isSignedBy, type Note, parseNote, signText, type VerifiedNote, verifyNote } from './note.ts';
import { isKeyName, type NoteKey, type NoteSigner, TYPE_ED25519 } from './note-key.ts';

/** A tree head: which log, how many leaves, which root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A checkpoint whose log signature was verified, and the note that says so. */
export interface VerifiedCheckpoint extends Checkpoint {
  readonly note: VerifiedNote;
}

const malformed = (why: string): LedgerError => new LedgerError('checkpoint-malformed', why);

/** The note text of a checkpoint: origin, size, base64 root, a line each. Throws `checkpoint-malformed`. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string => {
  if (!isKeyName(origin)) throw malformed(`${JSON.stringify(origin)} is no origin.`);
  if (!Number.isSafeInteger(size) || size < 0) throw malformed(`${size} is no tree size.`);
  if (root.length !== HASH_BYTES) throw malformed(`A root has ${HASH_BYTES} bytes, not ${root.length}.`);
  return `${origin}\n${size}\n${toBase64(root)}\n`;
};

/** Reads a checkpoint's note text. Extension lines are refused. Throws `checkpoint-malformed`. */
export const parseCheckpoint = (text: string): Checkpoint => {
  const [origin, sizeText, rootText, end, ...more] = text.split('\n');
  if (rootText === undefined || end !== '' || more.length > 0) {
    throw malformed('A checkpoint is three lines, origin, size and root, each ended by a line feed, and no other.');
  }
  const size = parseDecimal(sizeText as string);
  if (size === undefined) {
    throw malformed(`Line 2 of the checkpoint is no size without leading zeros: ${JSON.stringify(sizeText)}.`);
  }
  const root = fromBase64(rootText);
  if (root?.length !== HASH_BYTES)
    throw malformed(`Line 3 of the checkpoint is not the base64 of ${HASH_BYTES} bytes.`);
  if (!isKeyName(origin as string))
    throw malformed(`Line 1 of the checkpoint is no origin: ${JSON.stringify(origin)}.`);
  return { origin: origin as string, size, root };
};

/**
 * Signs a tree head with the log's key, which is named by the origin and signs nothing else.
 * @returns the whole note
 * @throws LedgerError `checkpoint-malformed`, `checkpoint-other-origin`
 */
export const signCheckpoint = (checkpoint: Checkpoint, signer: NoteSigner): string => {
  if (signer.name !== checkpoint.origin || signer.type !== TYPE_ED25519) {
    throw new LedgerError(
      'checkpoint-other-origin',
      `The log key of ${checkpoint.origin} must have that name and type 1, not ${signer.name} and type ${signer.type}.`,
    );
  }
  const text = formatCheckpoint(checkpoint);
  return `${text}\n${signText(signer, text, 0)}`;
};

/**
 * Verifies that the log signed this checkpoint.
 * @param logKey the log's key; its name is the origin that is expected
 * @param options.witnesses co-signers' keys: their cosignatures are verified too, and counted by countCosignatures
 * @param options.strict as for verifyNote
 * @throws LedgerError what verifyNote throws, `note-unsigned` without the log's own signature, `checkpoint-malformed`,
 * `checkpoint-other-origin`
 */
export const verifyCheckpoint = (
  input: Note | string | Uint8Array,
  logKey: NoteKey,
  options: { readonly witnesses?: readonly NoteKey[]; readonly strict?: boolean } = {},
): VerifiedCheckpoint => {
  const parsed = typeof input === 'string' || input instanceof Uint8Array ? parseNote(input) : input;
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== logKey.name) {
    throw new LedgerError(
      'checkpoint-other-origin',
      `The checkpoint is of ${checkpoint.origin}, expected was ${logKey.name}.`,
    );
  }
  const note = verifyNote(parsed, [logKey, ...(options.witnesses ?? [])], { strict: options.strict === true });
  if (!isSignedBy(note, logKey)) {
    throw new LedgerError('note-unsigned', `The checkpoint does not carry the signature of its log, ${logKey.name}.`);
  }
  return { ...checkpoint, note };
};

/** Whether two checkpoints contradict each other without any proof: one log, one size, two roots. */
export const contradicts = (a: Checkpoint, b: Checkpoint): boolean =>
  a.origin === b.origin && a.size === b.size && !equalBytes(a.root, b.root);
