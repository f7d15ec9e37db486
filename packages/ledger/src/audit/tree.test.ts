import { expect, test } from 'vitest';
import { emptyRoot, leafHash } from '../hash.ts';
import { naiveRoot } from '../testing/naive-tree.ts';
import { createTree } from './tree.ts';

const leaves = Array.from({ length: 1_100 }, (_, i) => leafHash(`entry ${i}`));
const SIZES = [0, 1, 2, 3, 1_000, 1_023, 1_024, 1_025, 1_100];

test('knows the roots that were asked for, as RFC 9162 defines them, and no other', () => {
  const tree = createTree(SIZES);
  for (const leaf of leaves) tree.push(leaf);
  for (const size of SIZES.slice(1))
    expect([size, tree.rootAt(size)]).toEqual([size, naiveRoot(leaves.slice(0, size))]);
  expect(tree.rootAt(0)).toEqual(emptyRoot());
  expect(tree.rootAt(5)).toBe(undefined);
});

test('tells no root beyond a break', () => {
  const tree = createTree([2, 4]);
  for (const leaf of leaves.slice(0, 3)) tree.push(leaf);
  tree.break();
  for (const leaf of leaves.slice(3, 6)) tree.push(leaf);
  expect(tree.rootAt(2)).toEqual(naiveRoot(leaves.slice(0, 2)));
  expect(tree.rootAt(4)).toBe(undefined);
});
