import { append, emptyFrontier, type Frontier } from '../frontier.ts';
import type { HashReader } from '../hash-reader.ts';

/** A store of hashes in memory, one level in eight, that counts what is read. */
export interface MemoryReader extends HashReader {
  readonly frontier: Frontier;
  readonly reads: { calls: number; hashes: number };
}

export const memoryReader = (leaves: readonly Uint8Array[]): MemoryReader => {
  const levels: Uint8Array[][] = [];
  const frontier = append(emptyFrontier, leaves, (level, index, hash) => {
    if (level % 8 !== 0) return;
    const row = levels[level / 8] ?? [];
    levels[level / 8] = row;
    row[index] = hash;
  });
  const reads = { calls: 0, hashes: 0 };
  return {
    frontier,
    reads,
    read: async (level, from, to) => {
      reads.calls += 1;
      reads.hashes += to - from;
      return levels[level]?.slice(from, to) ?? [];
    },
  };
};
