import { equalBytes } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { emptyRoot, HASH_BYTES, nodeHash } from './hash.ts';

/**
 * The right edge of a tree: the hashes of the complete subtrees that a tree of `size` leaves splits into, largest
 * (leftmost) first, one for each set bit of `size`. Enough to append and to name the root. Never changed in place.
 */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** Told of every subtree that an append completes: 2^level leaves from leaf index * 2^level. Leaves are level 0. */
export type OnNode = (level: number, index: number, hash: Uint8Array) => void;

export const emptyFrontier: Frontier = Object.freeze({ size: 0, hashes: Object.freeze([]) });

const SIZE_BYTES = 8;

/** Subtrees in a tree of `size` leaves: the number of set bits. `size` goes to 2^53 - 1. */
export const subtreeCount = (size: number): number => {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
};

/** The frontier after `leaves` (leaf hashes, 32 bytes each). The given frontier is unchanged. */
export const append = (frontier: Frontier, leaves: readonly Uint8Array[], onNode?: OnNode): Frontier => {
  const hashes = frontier.hashes.slice();
  let size = frontier.size;
  if (!Number.isSafeInteger(size + leaves.length)) {
    throw new LedgerError('out-of-range', `A tree holds at most 2^53 - 1 leaves; this one would hold ${size} more.`);
  }
  for (const leaf of leaves) {
    if (leaf.length !== HASH_BYTES) {
      throw new LedgerError('out-of-range', `Leaf ${size} has ${leaf.length} bytes; a leaf hash has ${HASH_BYTES}.`);
    }
    let node = leaf;
    let index = size;
    let level = 0;
    onNode?.(level, index, node);
    while (index % 2 === 1) {
      node = nodeHash(hashes.pop() as Uint8Array, node);
      index = (index - 1) / 2;
      level += 1;
      onNode?.(level, index, node);
    }
    hashes.push(node);
    size += 1;
  }
  return { size, hashes };
};

/** The tree's root (RFC 9162 section 2.1.1); that of the empty tree for size 0. */
export const rootOf = (frontier: Frontier): Uint8Array => {
  let root: Uint8Array | undefined;
  for (let i = frontier.hashes.length - 1; i >= 0; i--) {
    const hash = frontier.hashes[i] as Uint8Array;
    root = root === undefined ? hash : nodeHash(hash, root);
  }
  return root ?? emptyRoot();
};

/** Same size and same hashes. */
export const equalFrontiers = (a: Frontier, b: Frontier): boolean =>
  a.size === b.size &&
  a.hashes.length === b.hashes.length &&
  a.hashes.every((hash, i) => equalBytes(hash, b.hashes[i] as Uint8Array));

/** For a database column: size as uint64 big-endian, then the hashes. */
export const encodeFrontier = (frontier: Frontier): Uint8Array => {
  const out = new Uint8Array(SIZE_BYTES + frontier.hashes.length * HASH_BYTES);
  new DataView(out.buffer).setBigUint64(0, BigInt(frontier.size));
  frontier.hashes.forEach((hash, i) => {
    out.set(hash, SIZE_BYTES + i * HASH_BYTES);
  });
  return out;
};

/** Reads what encodeFrontier wrote. Throws `frontier-malformed` unless length and size fit each other. */
export const decodeFrontier = (bytes: Uint8Array): Frontier => {
  if (bytes.length < SIZE_BYTES) {
    throw new LedgerError('frontier-malformed', `A frontier has at least ${SIZE_BYTES} bytes, not ${bytes.length}.`);
  }
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(size)) {
    throw new LedgerError('frontier-malformed', 'The size of a frontier is over 2^53 - 1.');
  }
  const count = subtreeCount(size);
  const length = SIZE_BYTES + count * HASH_BYTES;
  if (bytes.length !== length) {
    throw new LedgerError(
      'frontier-malformed',
      `A frontier of size ${size} has ${length} bytes, not ${bytes.length}. Build it again from the stored hashes.`,
    );
  }
  const hashes = Array.from(
    { length: count },
    (_, i) => new Uint8Array(bytes.subarray(SIZE_BYTES + i * HASH_BYTES, SIZE_BYTES + (i + 1) * HASH_BYTES)),
  );
  return { size, hashes };
};
