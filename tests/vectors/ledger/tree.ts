import {
  append,
  consistencyProof,
  emptyFrontier,
  encodeRecord,
  type HashReader,
  inclusionProof,
  leafHash,
  rootAt,
  sha256,
} from '@eads/ledger';

/** The entries of the log that the vectors are about. */
export const entry = (seq: number): string =>
  encodeRecord({
    seq,
    time: 1_790_000_000_000 + seq * 40,
    from: seq % 3 === 0 ? 'ID' : 'TH',
    id: `0190a000-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`,
    code: 'accepted',
    envelopeHash: sha256(`envelope ${seq}`),
    recipientsHash: sha256(`recipients ${seq}`),
  });

/** A log in memory. */
export interface Tree {
  root(size: number): Promise<Uint8Array>;
  inclusion(index: number, size: number): Promise<Uint8Array[]>;
  consistency(m: number, n: number): Promise<Uint8Array[]>;
}

export const treeOf = (entries: readonly string[]): Tree => {
  const levels: Uint8Array[][] = [];
  append(
    emptyFrontier,
    entries.map((text) => leafHash(text)),
    (level, index, hash) => {
      if (level % 8 !== 0) return;
      levels[level / 8] ??= [];
      (levels[level / 8] as Uint8Array[])[index] = hash;
    },
  );
  const reader: HashReader = { read: async (level, from, to) => levels[level]?.slice(from, to) ?? [] };
  return {
    root: (size) => rootAt(reader, size),
    inclusion: (index, size) => inclusionProof(reader, index, size),
    consistency: (m, n) => consistencyProof(reader, m, n),
  };
};
