import { fromBase64, toBase64 } from './bytes.ts';
import { HASH_BYTES } from './hash.ts';
import { PROOF_HASHES } from './proof.ts';

/** A proof as base64 lines, each ended by a line feed; nothing for an empty proof. */
export const formatHashLines = (proof: readonly Uint8Array[]): string =>
  proof.map((hash) => `${toBase64(hash)}\n`).join('');

/** Reads base64 lines, given without line feeds; undefined for more than 63, or a line that is no hash. */
export const parseHashLines = (lines: readonly string[]): Uint8Array[] | undefined => {
  if (lines.length > PROOF_HASHES) return undefined;
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) return undefined;
    proof.push(hash);
  }
  return proof;
};
