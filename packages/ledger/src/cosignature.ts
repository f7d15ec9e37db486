import { sign, verify } from 'node:crypto';
import { asBuffer } from './bytes.ts';
import { LedgerError } from './errors.ts';
import type { NoteKey, NoteSigner } from './note-key.ts';
import { signatureLine } from './signature-line.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

const message = (text: string, time: number | bigint): Buffer => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);

/**
 * A witness's cosignature, version 1, of a checkpoint's note text, as a signature line ended by a line feed
 * (C2SP tlog-cosignature). Says: at `time` this was the largest consistent tree that the witness had seen.
 * @param time Unix time in seconds
 */
export const cosign = (signer: NoteSigner, text: string, time: number): string => {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new LedgerError('out-of-range', `${time} is no Unix time in whole seconds.`);
  }
  const bytes = Buffer.alloc(TIME_BYTES + SIGNATURE_BYTES);
  bytes.writeBigUInt64BE(BigInt(time));
  bytes.set(sign(null, message(text, time), signer.privateKey), TIME_BYTES);
  return signatureLine(signer.name, signer.id, bytes);
};

/**
 * The Unix time in seconds that a cosignature states.
 * @param signature what follows the key id in a signature line
 * @throws LedgerError `cosignature-malformed` for a wrong length, or a time over 2^53 - 1
 */
export const cosignatureTime = (signature: Uint8Array): number => {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) {
    throw new LedgerError(
      'cosignature-malformed',
      `A cosignature has ${TIME_BYTES + SIGNATURE_BYTES} bytes after the key id, not ${signature.length}.`,
    );
  }
  const time = Number(asBuffer(signature).readBigUInt64BE());
  if (!Number.isSafeInteger(time)) {
    throw new LedgerError('cosignature-malformed', 'A cosignature states a time beyond 2^53 - 1 seconds.');
  }
  return time;
};

/** Whether the bytes after the key id are this key's cosignature of the note text. Throws `cosignature-malformed`. */
export const verifyCosignature = (key: NoteKey, text: string, signature: Uint8Array): boolean =>
  verify(null, message(text, cosignatureTime(signature)), key.key, signature.subarray(TIME_BYTES));
