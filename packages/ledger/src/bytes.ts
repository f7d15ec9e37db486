/** A Buffer over the same memory; no copy. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && asBuffer(a).equals(b);

/** Standard base64, padded (RFC 4648 section 4). */
export const toBase64 = (bytes: Uint8Array): string => asBuffer(bytes).toString('base64');

/** The bytes of a standard, padded base64 text, or undefined unless it is the one canonical text of those bytes. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
};

/** A decimal without sign or leading zeros, at most 2^53 - 1; undefined for anything else. */
export const parseDecimal = (text: string): number | undefined => {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};
