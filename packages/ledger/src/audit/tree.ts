import { append, emptyFrontier, type Frontier, rootOf } from '../frontier.ts';

const BATCH = 1_024;

/** Takes leaves in order and knows the root at each of the sizes asked for, and at the end. */
export const createTree = (wanted: readonly number[]) => {
  const sizes = new Set(wanted);
  const roots = new Map<number, Uint8Array>();
  let frontier: Frontier = emptyFrontier;
  let leaves: Uint8Array[] = [];
  let broken = false;

  const flush = (): void => {
    frontier = append(frontier, leaves);
    leaves = [];
    if (sizes.has(frontier.size)) roots.set(frontier.size, rootOf(frontier));
  };
  if (sizes.has(0)) flush();

  return {
    push: (leaf: Uint8Array): void => {
      if (broken) return;
      leaves.push(leaf);
      if (leaves.length >= BATCH || sizes.has(frontier.size + leaves.length)) flush();
    },
    /** A leaf is missing or unknown: from here on no root can be told. */
    break: (): void => {
      flush();
      broken = true;
    },
    /** The root at a size that was asked for; undefined where the leaves do not reach that far. */
    rootAt: (size: number): Uint8Array | undefined => roots.get(size),
  };
};

export type Tree = ReturnType<typeof createTree>;
