import { sign, verify } from 'node:crypto';
import { equalBytes } from './bytes.ts';
import { cosign, cosignatureTime, verifyCosignature } from './cosignature.ts';
import { LedgerError } from './errors.ts';
import { equalNoteKeys, type NoteKey, type NoteSigner, TYPE_COSIGNATURE } from './note-key.ts';
import { type NoteSignature, parseSignatureLine, signatureLine } from './signature-line.ts';

/** Longest note in UTF-8 bytes. */
export const NOTE_BYTES = 128 * 1024;
/** Most signatures on a note. C2SP asks for 16 or more; a log, eleven forces and rotated keys fit well. */
export const NOTE_SIGNATURES = 64;

/** A signed note as it stands: nothing is verified yet (C2SP signed-note). */
export interface Note {
  /** The signed text, its last line feed included. */
  readonly text: string;
  /** In the order in which they stand; at least one. */
  readonly signatures: readonly NoteSignature[];
}

/** A signature that holds. */
export interface VerifiedSignature {
  readonly key: NoteKey;
  /** Of a cosignature: the Unix time in seconds that it states; null for a plain signature. */
  readonly time: number | null;
}

export interface VerifiedNote extends Note {
  /** One for each known key that signed. */
  readonly verified: readonly VerifiedSignature[];
}

const malformed = (why: string): LedgerError => new LedgerError('note-malformed', why);

const decode = (input: string | Uint8Array): string => {
  if (input.length > NOTE_BYTES || (typeof input === 'string' && Buffer.byteLength(input) > NOTE_BYTES)) {
    throw new LedgerError('note-too-large', `A note has at most ${NOTE_BYTES} bytes.`);
  }
  if (typeof input === 'string') {
    if (!input.isWellFormed()) throw malformed('The note is not valid Unicode.');
    return input;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    throw malformed('The note is not valid UTF-8.');
  }
};

/** Reads a note. Throws `note-malformed` or `note-too-large`. */
export const parseNote = (input: string | Uint8Array): Note => {
  const whole = decode(input);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is how they are kept out
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) {
    throw malformed('A note has no control characters other than line feed.');
  }
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw malformed('A note is a text, an empty line, then signature lines; the empty line is missing.');
  if (!whole.endsWith('\n') || split + 2 === whole.length) {
    throw malformed('A note ends with one or more signature lines, each ended by a line feed.');
  }
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > NOTE_SIGNATURES) {
    throw new LedgerError(
      'note-too-large',
      `A note has at most ${NOTE_SIGNATURES} signatures, this one ${lines.length}.`,
    );
  }
  const signatures = lines.map((line, i) => {
    const signature = parseSignatureLine(line);
    if (signature === undefined)
      throw malformed(`Signature line ${i + 1} of the note is not of the form "— <name> <base64>".`);
    return signature;
  });
  return { text: whole.slice(0, split + 1), signatures };
};

/** The note's one text. */
export const formatNote = (note: Note): string =>
  `${note.text}\n${note.signatures.map((s) => signatureLine(s.name, s.id, s.signature)).join('')}`;

/** A signature line of a text that ends in a line feed. `time`, Unix seconds, is stated by a cosigning key only. */
export const signText = (signer: NoteSigner, text: string, time: number): string =>
  signer.type === TYPE_COSIGNATURE
    ? cosign(signer, text, time)
    : signatureLine(signer.name, signer.id, sign(null, Buffer.from(text), signer.privateKey));

const check = (key: NoteKey, text: string, signature: Uint8Array): VerifiedSignature | undefined => {
  if (key.type === TYPE_COSIGNATURE) {
    return verifyCosignature(key, text, signature) ? { key, time: cosignatureTime(signature) } : undefined;
  }
  return verify(null, Buffer.from(text), key.key, signature) ? { key, time: null } : undefined;
};

const keyTable = (keys: readonly NoteKey[]): Map<string, NoteKey> => {
  const table = new Map<string, NoteKey>();
  for (const key of keys) {
    const at = `${key.name}+${key.id}`;
    const other = table.get(at);
    if (other !== undefined && !equalNoteKeys(other, key)) {
      throw new LedgerError('note-key-ambiguous', `Two different keys share the name and id ${at}.`);
    }
    table.set(at, key);
  }
  return table;
};

/**
 * Verifies a note with the keys that are known. Signatures of others are ignored; in strict mode (exports, where any
 * changed byte must be noticed) an unknown key, or a key that signs twice, is an error.
 * @throws LedgerError `note-bad-signature` if one of a known key fails, `note-unsigned` if none is of a known key,
 * `note-key-ambiguous`, `cosignature-malformed`; strict: `note-unknown-signature`, `note-repeated-signature`; and what
 * parseNote throws
 */
export const verifyNote = (
  input: Note | string | Uint8Array,
  keys: readonly NoteKey[],
  options: { readonly strict?: boolean } = {},
): VerifiedNote => {
  const note = typeof input === 'string' || input instanceof Uint8Array ? parseNote(input) : input;
  const table = keyTable(keys);
  const verified = new Map<string, VerifiedSignature>();
  for (const [i, { name, id, signature }] of note.signatures.entries()) {
    const at = `${name}+${id}`;
    const key = table.get(at);
    if (key === undefined) {
      if (options.strict !== true) continue;
      throw new LedgerError('note-unknown-signature', `Signature line ${i + 1} is by an unknown key, ${at}.`);
    }
    if (verified.has(at) && options.strict === true) {
      throw new LedgerError('note-repeated-signature', `Signature line ${i + 1} is the second by the key ${at}.`);
    }
    const holds = check(key, note.text, signature);
    if (holds === undefined) {
      throw new LedgerError(
        'note-bad-signature',
        `Signature line ${i + 1}, by the key ${at}, does not hold for the text.`,
      );
    }
    if (!verified.has(at)) verified.set(at, holds);
  }
  if (verified.size === 0) {
    throw new LedgerError('note-unsigned', 'No signature on the note is by a known key.');
  }
  return { text: note.text, signatures: note.signatures, verified: [...verified.values()] };
};

/** Whether a verified note carries this key's signature. */
export const isSignedBy = (note: VerifiedNote, key: NoteKey): boolean =>
  note.verified.some(
    (one) => one.key.name === key.name && equalBytes(one.key.publicKey, key.publicKey) && one.key.type === key.type,
  );
