import { asBuffer, fromBase64, toBase64 } from './bytes.ts';
import { isKeyName } from './note-key.ts';

/** One signature of a note: whose, and the bytes after the key id. */
export interface NoteSignature {
  readonly name: string;
  /** The key id, eight hex digits. */
  readonly id: string;
  readonly signature: Uint8Array;
}

const KEY_ID_BYTES = 4;

/** `— <name> base64(key id || signature)`, ended by a line feed (C2SP signed-note). */
export const signatureLine = (name: string, id: string, signature: Uint8Array): string =>
  `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;

/** Reads a signature line, given without its line feed; undefined unless it is the one text of what it says. */
export const parseSignatureLine = (line: string): NoteSignature | undefined => {
  const parts = line.split(' ');
  if (parts.length !== 3 || parts[0] !== '—' || !isKeyName(parts[1] as string)) return undefined;
  const bytes = fromBase64(parts[2] as string);
  if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return {
    name: parts[1] as string,
    id: asBuffer(bytes).toString('hex', 0, KEY_ID_BYTES),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
};
