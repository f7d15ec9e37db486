import { SigningError } from './errors.ts';

/** RFC 9562 UUID version 7 from a time in ms since 1970 and 10 random bytes. */
export const uuidv7 = (timeMs: number, random: Uint8Array): string => {
  if (!Number.isSafeInteger(timeMs) || timeMs < 0 || timeMs >= 2 ** 48 || random.length < 10) {
    throw new SigningError('bad-form', 'A UUIDv7 needs a time in ms below 2^48 and 10 random bytes.');
  }
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
