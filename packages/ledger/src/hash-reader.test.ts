import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { append, emptyFrontier, equalFrontiers, rootOf } from './frontier.ts';
import { leafHash } from './hash.ts';
import { consistencyProof, frontierAt, type HashReader, inclusionProof, rootAt } from './hash-reader.ts';
import { verifyConsistency, verifyInclusion } from './proof.ts';
import { consistencyRanges, inclusionRanges, subtreesOf } from './subtrees.ts';
import { memoryReader } from './testing/memory-reader.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from './testing/naive-tree.ts';

const leaves = Array.from({ length: 66_100 }, (_, i) => leafHash(`entry ${i}`));
const leaf = (index: number): Uint8Array => leaves[index] as Uint8Array;
const reader = memoryReader(leaves);

// A read outside what is complete at a size would give away a tree that looks into its own future.
const upTo = (size: number): HashReader => ({
  read: async (level, from, to) => {
    expect(to * 256 ** level).toBeLessThanOrEqual(size);
    expect(Math.floor(from / 256)).toBe(Math.floor((to - 1) / 256));
    return reader.read(level, from, to);
  },
});

const small = fc.integer({ min: 1, max: 700 });
const edges = [1, 2, 3, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_535, 65_536, 65_537, 65_793, 66_100];

describe('against the naive tree', () => {
  test('roots and frontiers of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(700), async (size) => {
        const front = await frontierAt(upTo(size), size);
        expect(equalFrontiers(front, append(emptyFrontier, leaves.slice(0, size)))).toBe(true);
        expect(await rootAt(upTo(size), size)).toEqual(naiveRoot(leaves.slice(0, size)));
      }),
    );
  });

  test('inclusion proofs of any leaf in any size', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.nat(), async (size, put) => {
        const index = put % size;
        const proof = await inclusionProof(upTo(size), index, size);
        expect(proof).toEqual(naiveInclusion(index, leaves.slice(0, size)));
      }),
    );
  });

  test('consistency proofs between any sizes', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.nat(), async (n, put) => {
        const m = 1 + (put % n);
        expect(await consistencyProof(upTo(n), m, n)).toEqual(naiveConsistency(m, leaves.slice(0, n)));
      }),
    );
  });

  test.each(edges)('at size %i', async (size) => {
    const tree = leaves.slice(0, size);
    const root = naiveRoot(tree);
    expect(await rootAt(upTo(size), size)).toEqual(root);
    for (const index of new Set([0, 255, 256, Math.floor(size / 2), size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      const proof = await inclusionProof(upTo(size), index, size);
      verifyInclusion({ index, size, leaf: leaf(index), root, proof });
    }
    for (const m of edges.filter((edge) => edge <= size)) {
      const proof = await consistencyProof(upTo(size), m, size);
      verifyConsistency({ size1: m, size2: size, root1: await rootAt(upTo(m), m), root2: root, proof });
    }
  });
});

describe('what is read', () => {
  test('is a few tiles, never all the leaves', async () => {
    const before = { ...reader.reads };
    await inclusionProof(reader, 33_000, 66_100);
    expect(reader.reads.calls - before.calls).toBeLessThanOrEqual(6);
    expect(reader.reads.hashes - before.hashes).toBeLessThanOrEqual(6 * 256);
    const middle = { ...reader.reads };
    await consistencyProof(reader, 40_001, 66_100);
    expect(reader.reads.calls - middle.calls).toBeLessThanOrEqual(6);
    const last = { ...reader.reads };
    await frontierAt(reader, 66_100);
    expect(reader.reads.calls - last.calls).toBeLessThanOrEqual(3);
  });

  test('grows with the logarithm, to 2^53 - 1 leaves', async () => {
    let calls = 0;
    const constant: HashReader = {
      read: async (_level, from, to) => {
        calls += 1;
        return Array.from({ length: to - from }, () => leaf(0));
      },
    };
    const size = 2 ** 53 - 1;
    const proof = await inclusionProof(constant, 2 ** 52 + 12_345, size);
    expect(proof.length).toBeGreaterThan(51);
    expect(proof.length).toBeLessThan(64);
    await consistencyProof(constant, 2 ** 40 + 1, size);
    expect((await frontierAt(constant, size)).hashes).toHaveLength(53);
    expect(calls).toBeLessThanOrEqual(3 * 2 * 7);
  });
});

describe('refuses', () => {
  test.each([
    ['a leaf outside the tree', () => inclusionProof(reader, 5, 5)],
    ['a negative leaf', () => inclusionProof(reader, -1, 5)],
    ['a fraction', () => rootAt(reader, 1.5)],
    ['a size over 2^53 - 1', () => rootAt(reader, 2 ** 53)],
    ['a larger tree to a smaller', () => consistencyProof(reader, 6, 5)],
  ])('%s', async (_name, run) => {
    await expect(run()).rejects.toMatchObject({ code: 'out-of-range' });
  });

  test('a store that lost hashes', async () => {
    await expect(rootAt(reader, 70_000)).rejects.toMatchObject({ code: 'reader-short' });
    const cut: HashReader = {
      read: async (_l, from, to) => Array.from({ length: to - from }, () => new Uint8Array(31)),
    };
    await expect(rootAt(cut, 5)).rejects.toMatchObject({ code: 'reader-short' });
  });
});

test('empty and trivial trees', async () => {
  expect(await rootAt(reader, 0)).toEqual(rootOf(emptyFrontier));
  expect(await inclusionProof(reader, 0, 1)).toEqual([]);
  expect(await consistencyProof(reader, 0, 9)).toEqual([]);
  expect(await consistencyProof(reader, 9, 9)).toEqual([]);
});

test('ranges tile the tree: an inclusion proof and its leaf cover every leaf once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 52 }), fc.maxSafeNat(), (size, put) => {
      const index = put % size;
      const sum = inclusionRanges(index, size).reduce((total, { from, to }) => total + (to - from), 1);
      expect(sum).toBe(size);
    }),
  );
});

test('a consistency proof and the old tree cover every leaf', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 52 }), fc.maxSafeNat(), (n, put) => {
      const m = 1 + (put % n);
      const ranges = consistencyRanges(m, n);
      for (const range of ranges) {
        const covered = subtreesOf(range).reduce((total, { level }) => total + 2 ** level, 0);
        expect(covered).toBe(range.to - range.from);
      }
      const after = ranges.filter(({ from }) => from >= m).reduce((total, { from, to }) => total + to - from, 0);
      expect(after).toBe(n - m);
    }),
  );
});
