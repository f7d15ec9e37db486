import { SigningError } from './errors.ts';

/** base64url without padding (RFC 4648 section 5). */
export const toBase64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');

/** Whether this is the one canonical text of some bytes. */
export const isBase64url = (text: string): boolean => Buffer.from(text, 'base64url').toString('base64url') === text;

/**
 * The bytes of a base64url text. Throws `bad-form` unless it is the one canonical text of those bytes: no padding, no
 * other alphabet, no white space, unused trailing bits zero. `what` names the text in the message.
 */
export const fromBase64url = (text: string, what: string): Buffer => {
  const bytes = Buffer.from(text, 'base64url');
  // Node decodes leniently; only the canonical text survives being encoded again.
  if (bytes.toString('base64url') !== text) {
    throw new SigningError(
      'bad-form',
      `The ${what} is not canonical base64url; encode it without padding or spare bits.`,
    );
  }
  return bytes;
};
