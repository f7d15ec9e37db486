import { equalBytes } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { HASH_BYTES, nodeHash } from './hash.ts';

/** Most hashes in a proof: a tree has at most 2^63 leaves. */
export const PROOF_HASHES = 63;

const malformed = (why: string): LedgerError => new LedgerError('proof-malformed', why);
const mismatch = (what: string): LedgerError =>
  new LedgerError('proof-mismatch', `${what} Keep both as evidence and tell the trainer.`);

const toSize = (value: number | bigint, what: string): bigint => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw malformed(`${value} is no ${what}.`);
  if (value < 0) throw malformed(`${value} is no ${what}.`);
  return BigInt(value);
};

const needHashes = (hashes: readonly Uint8Array[]): void => {
  const bad = hashes.findIndex((hash) => hash.length !== HASH_BYTES);
  if (bad >= 0) throw malformed(`Hash ${bad} has ${hashes[bad]?.length} bytes; a hash has ${HASH_BYTES}.`);
};

/** A walk from the leaves to the root along two paths at once; `first` and `second` are their places in the level. */
interface Walk {
  first: bigint;
  second: bigint;
}

const up = (walk: Walk): void => {
  walk.first >>= 1n;
  walk.second >>= 1n;
};

/** Whether the next hash joins from the left; if so, climbs to where it does (RFC 9162, step 4.b of both verifiers). */
const joinsLeft = (walk: Walk): boolean => {
  if ((walk.first & 1n) === 0n && walk.first !== walk.second) return false;
  while ((walk.first & 1n) === 0n && walk.first !== 0n) up(walk);
  return true;
};

/**
 * The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).
 * @param index the leaf's place, from 0
 * @param leaf the leaf's hash
 * @throws LedgerError `proof-malformed` for an index outside the tree, or a proof of another length than it must have
 */
export const inclusionRoot = (
  index: number | bigint,
  size: number | bigint,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array => {
  const walk: Walk = { first: toSize(index, 'leaf index'), second: toSize(size, 'tree size') - 1n };
  if (walk.first > walk.second) throw malformed(`There is no leaf ${index} in a tree of ${size} leaves.`);
  needHashes([leaf, ...proof]);
  let root = leaf;
  for (const hash of proof) {
    if (walk.second === 0n) throw malformed('The inclusion proof has more hashes than the tree has levels.');
    root = joinsLeft(walk) ? nodeHash(hash, root) : nodeHash(root, hash);
    up(walk);
  }
  if (walk.second !== 0n) throw malformed('The inclusion proof has fewer hashes than the tree has levels.');
  return root;
};

/** What is to be shown of a leaf. Index and size may pass 2^53 as bigint. */
export interface Inclusion {
  readonly index: number | bigint;
  readonly size: number | bigint;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Verifies that a leaf stands in a tree (RFC 9162 section 2.1.3.2). Throws `proof-malformed`, `proof-mismatch`. */
export const verifyInclusion = ({ index, size, leaf, root, proof }: Inclusion): void => {
  if (!equalBytes(inclusionRoot(index, size, leaf, proof), root)) {
    throw mismatch(`Leaf ${index} is not in the tree of ${size} leaves with this root.`);
  }
};

/** What is to be shown of two trees. Sizes may pass 2^53 as bigint. */
export interface Consistency {
  readonly size1: number | bigint;
  readonly size2: number | bigint;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Verifies that a tree extends another (RFC 9162 section 2.1.4.2). A first size of 0 proves nothing and is refused;
 * who accepts it (C2SP add-checkpoint does) asks for an empty proof and nothing else.
 * @throws LedgerError `proof-malformed`, `proof-mismatch`
 */
export const verifyConsistency = ({ size1, size2, root1, root2, proof }: Consistency): void => {
  const first = toSize(size1, 'tree size');
  const second = toSize(size2, 'tree size');
  if (first === 0n) throw malformed('Every tree extends the empty one; a proof from size 0 shows nothing.');
  if (first > second) throw malformed(`A tree of ${size2} leaves does not extend one of ${size1}.`);
  if (first === second) {
    if (proof.length > 0) throw malformed('Between trees of one size the proof is empty.');
    if (!equalBytes(root1, root2)) throw mismatch(`There are two roots for the tree of ${size1} leaves.`);
    return;
  }
  needHashes([root1, root2, ...proof]);
  const isWholeSubtree = (first & (first - 1n)) === 0n;
  const [start, ...rest] = isWholeSubtree ? [root1, ...proof] : proof;
  if (start === undefined) throw malformed('The consistency proof is empty.');
  const walk: Walk = { first: first - 1n, second: second - 1n };
  while ((walk.first & 1n) === 1n) up(walk);
  let reached1 = start;
  let reached2 = start;
  for (const hash of rest) {
    if (walk.second === 0n) throw malformed('The consistency proof has more hashes than the tree has levels.');
    if (joinsLeft(walk)) {
      reached1 = nodeHash(hash, reached1);
      reached2 = nodeHash(hash, reached2);
    } else {
      reached2 = nodeHash(reached2, hash);
    }
    up(walk);
  }
  if (walk.second !== 0n) throw malformed('The consistency proof has fewer hashes than the tree has levels.');
  if (!equalBytes(reached1, root1) || !equalBytes(reached2, root2)) {
    throw mismatch(`The tree of ${size2} leaves is not shown to extend that of ${size1}.`);
  }
};
