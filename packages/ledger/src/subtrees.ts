/** A complete subtree: 2^level leaves from leaf index * 2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Leaves `from` up to, not including, `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

// Sizes go to 2^53 - 1, beyond what bit operators reach; hence the arithmetic.
const largestPowerBelow = (n: number): number => {
  let power = 2 ** Math.floor(Math.log2(n));
  while (power >= n) power /= 2;
  while (power * 2 < n) power *= 2;
  return power;
};

/** The complete subtrees that make up a range which starts at a multiple of a power of two no smaller than it is long. */
export const subtreesOf = ({ from, to }: LeafRange): Subtree[] => {
  const subtrees: Subtree[] = [];
  let at = from;
  for (let level = 52; level >= 0; level--) {
    const width = 2 ** level;
    if (to - at >= width) {
      subtrees.push({ level, index: at / width });
      at += width;
    }
  }
  return subtrees;
};

/** What an inclusion proof names, nearest to the leaf first (RFC 9162 section 2.1.3.1). */
export const inclusionRanges = (index: number, size: number): LeafRange[] => {
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse();
};

/** What a consistency proof from m to n leaves, 0 < m <= n, names, in its order (RFC 9162 section 2.1.4.1). */
export const consistencyRanges = (m: number, n: number): LeafRange[] => {
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = n;
  while (m !== to) {
    const middle = from + largestPowerBelow(to - from);
    if (m <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  if (from > 0) ranges.push({ from, to });
  return ranges.reverse();
};
