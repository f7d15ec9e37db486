import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHash } from './hash.ts';
import { type Consistency, type Inclusion, inclusionRoot, verifyConsistency, verifyInclusion } from './proof.ts';
import { codeOf } from './testing/code-of.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from './testing/naive-tree.ts';

const leaves = Array.from({ length: 300 }, (_, i) => leafHash(`entry ${i}`));
const included = (index: number, size: number): Inclusion => ({
  index,
  size,
  leaf: leaves[index] as Uint8Array,
  root: naiveRoot(leaves.slice(0, size)),
  proof: naiveInclusion(index, leaves.slice(0, size)),
});
const extended = (size1: number, size2: number): Consistency => ({
  size1,
  size2,
  root1: naiveRoot(leaves.slice(0, size1)),
  root2: naiveRoot(leaves.slice(0, size2)),
  proof: naiveConsistency(size1, leaves.slice(0, size2)),
});
const inclusionCode = (inclusion: Inclusion): string => codeOf(() => verifyInclusion(inclusion));
const consistencyCode = (consistency: Consistency): string => codeOf(() => verifyConsistency(consistency));
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
const size = fc.integer({ min: 1, max: 300 });

describe('inclusion', () => {
  test('holds for every leaf of every size to 40', () => {
    for (let n = 1; n <= 40; n++) {
      for (let index = 0; index < n; index++) {
        expect(inclusionCode(included(index, n))).toBe('ok');
        expect(inclusionCode({ ...included(index, n), index: BigInt(index), size: BigInt(n) })).toBe('ok');
      }
    }
  });

  test('does not hold for another leaf, index, size, root or proof', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (n, put, bit) => {
        const good = included(put % n, n);
        const at = bit % 32;
        expect(inclusionCode({ ...good, leaf: flip(good.leaf, at) })).toBe('proof-mismatch');
        expect(inclusionCode({ ...good, root: flip(good.root, at) })).toBe('proof-mismatch');
        expect(inclusionCode({ ...good, index: Number(good.index) + 1 })).not.toBe('ok');
        expect(inclusionCode({ ...good, proof: [...good.proof, good.root] })).toBe('proof-malformed');
        if (good.proof.length === 0) return;
        const which = bit % good.proof.length;
        const bent = good.proof.map((hash, i) => (i === which ? flip(hash, at) : hash));
        expect(inclusionCode({ ...good, proof: bent })).toBe('proof-mismatch');
        expect(inclusionCode({ ...good, proof: good.proof.slice(1) })).not.toBe('ok');
        expect(inclusionCode({ ...good, proof: good.proof.slice(0, -1) })).toBe('proof-malformed');
      }),
    );
  });

  test.each([
    ['a leaf outside the tree', { index: 3, size: 3 }],
    ['an empty tree', { index: 0, size: 0 }],
    ['a negative index', { index: -1 }],
    ['a negative bigint', { index: -1n }],
    ['a fraction', { index: 0.5 }],
    ['a number that is no longer exact', { index: 2 ** 53, size: 2n ** 60n }],
    ['a short leaf', { leaf: new Uint8Array(31) }],
    ['a long hash in the proof', { proof: [new Uint8Array(33), new Uint8Array(32)] }],
  ])('refuses %s', (_name, change) => {
    expect(inclusionCode({ ...included(1, 3), ...change })).toBe('proof-malformed');
  });

  test('a node is no leaf: an inner hash does not stand at a leaf’s place in a tree of another size', () => {
    const good = included(0, 4);
    const inner = naiveRoot(leaves.slice(0, 2));
    expect(inclusionCode({ ...good, size: 2, leaf: inner, proof: good.proof.slice(1) })).toBe('ok');
    expect(inclusionCode({ ...good, leaf: inner, proof: good.proof.slice(1) })).toBe('proof-malformed');
  });

  test('works past 2^53', () => {
    const index = 2n ** 62n + 5n;
    const total = 2n ** 63n - 1n;
    const proof = Array.from({ length: 63 }, (_, i) => leaves[i] as Uint8Array);
    const full = proof.slice(0, 63);
    const count = [...Array(64).keys()].find(
      (n) => codeOf(() => inclusionRoot(index, total, leaves[0] as Uint8Array, full.slice(0, n))) === 'ok',
    );
    expect(count).toBeGreaterThan(50);
  });
});

describe('consistency', () => {
  test('holds between all sizes to 40', () => {
    for (let n = 1; n <= 40; n++) {
      for (let m = 1; m <= n; m++) {
        expect(consistencyCode(extended(m, n))).toBe('ok');
        expect(consistencyCode({ ...extended(m, n), size1: BigInt(m), size2: BigInt(n) })).toBe('ok');
      }
    }
  });

  test('does not hold for other sizes, roots or proofs', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (n, put, bit) => {
        const m = 1 + (put % n);
        const good = extended(m, n);
        const at = bit % 32;
        expect(consistencyCode({ ...good, root1: flip(good.root1, at) })).toBe('proof-mismatch');
        expect(consistencyCode({ ...good, root2: flip(good.root2, at) })).toBe('proof-mismatch');
        expect(consistencyCode({ ...good, proof: [...good.proof, good.root1] })).toBe('proof-malformed');
        if (m === n) return;
        expect(consistencyCode({ ...good, root1: good.root2, root2: good.root1 })).not.toBe('ok');
        expect(consistencyCode({ ...good, size1: n, size2: m })).toBe('proof-malformed');
        const which = bit % good.proof.length;
        const bent = good.proof.map((hash, i) => (i === which ? flip(hash, at) : hash));
        expect(consistencyCode({ ...good, proof: bent })).toBe('proof-mismatch');
        expect(consistencyCode({ ...good, proof: good.proof.slice(0, -1) })).toBe('proof-malformed');
      }),
    );
  });

  test('a history rewritten before the old size is noticed, whoever makes the proof', () => {
    const rewritten = leaves.with(3, leafHash('another entry'));
    for (const n of [8, 9, 100, 300]) {
      for (const m of [4, 7, 8]) {
        const forged = {
          ...extended(m, n),
          root2: naiveRoot(rewritten.slice(0, n)),
          proof: naiveConsistency(m, rewritten.slice(0, n)),
        };
        expect(consistencyCode(forged)).not.toBe('ok');
      }
    }
  });

  test('a proof from nothing is refused, even of equal roots', () => {
    const root = naiveRoot([]);
    expect(consistencyCode({ size1: 0, size2: 0, root1: root, root2: root, proof: [] })).toBe('proof-malformed');
    expect(consistencyCode({ size1: 0n, size2: 5, root1: root, root2: root, proof: [] })).toBe('proof-malformed');
  });

  test('an empty proof shows nothing between two sizes, a power of two included', () => {
    expect(consistencyCode({ ...extended(4, 8), proof: [] })).toBe('proof-malformed');
    expect(consistencyCode({ ...extended(4, 8), root2: extended(4, 8).root1, proof: [] })).toBe('proof-malformed');
    expect(consistencyCode({ ...extended(5, 8), proof: [] })).toBe('proof-malformed');
  });
});
