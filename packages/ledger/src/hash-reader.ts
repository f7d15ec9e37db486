import { LedgerError } from './errors.ts';
import { type Frontier, rootOf } from './frontier.ts';
import { HASH_BYTES, nodeHash } from './hash.ts';
import { consistencyRanges, inclusionRanges, type LeafRange, type Subtree, subtreesOf } from './subtrees.ts';

/** Hashes in a full tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/** A store of hashes, one level in eight: tile level L holds the hash of every complete subtree of 256^L leaves. */
export interface HashReader {
  /** Hashes `from` up to, not including, `to` of a tile level. Asked for complete subtrees only, of one tile a call. */
  read(level: number, from: number, to: number): Promise<readonly Uint8Array[]>;
}

/** Reads hashes and refuses an answer of another number or length. Throws `reader-short`. */
export const readHashes = async (
  reader: HashReader,
  level: number,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> => {
  const hashes = await reader.read(level, from, to);
  if (hashes.length !== to - from || hashes.some((hash) => hash.length !== HASH_BYTES)) {
    throw new LedgerError(
      'reader-short',
      `Tile level ${level} should hold ${to - from} hashes from ${from} on; the store gave ${hashes.length}. Its hashes are damaged.`,
    );
  }
  return hashes;
};

const fold = (hashes: readonly Uint8Array[]): Uint8Array => {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    row = above;
  }
  return row[0] as Uint8Array;
};

interface Place {
  readonly tile: string;
  readonly level: number;
  readonly from: number;
  readonly to: number;
}

const placeOf = ({ level, index }: Subtree): Place => {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const width = 2 ** (level % TILE_HEIGHT);
  const from = index * width;
  return { tile: `${tileLevel}/${Math.floor(from / TILE_WIDTH)}`, level: tileLevel, from, to: from + width };
};

/** The hashes of ranges, with one read for each tile that they touch: at most two tiles a tile level. */
const rangeHashes = async (reader: HashReader, ranges: readonly LeafRange[]): Promise<Uint8Array[]> => {
  const places = ranges.map((range) => subtreesOf(range).map(placeOf));
  const spans = new Map<string, Place>();
  for (const place of places.flat()) {
    const span = spans.get(place.tile) ?? place;
    spans.set(place.tile, { ...span, from: Math.min(span.from, place.from), to: Math.max(span.to, place.to) });
  }
  const tiles = new Map<string, { readonly from: number; readonly hashes: readonly Uint8Array[] }>();
  await Promise.all(
    Array.from(spans.values(), async ({ tile, level, from, to }) => {
      tiles.set(tile, { from, hashes: await readHashes(reader, level, from, to) });
    }),
  );
  return places.map((subtrees) => {
    const hashes = subtrees.map(({ tile, from, to }) => {
      const read = tiles.get(tile);
      if (read === undefined) throw new RangeError(`tile ${tile} was planned and not read`);
      return fold(read.hashes.slice(from - read.from, to - read.from));
    });
    return rootOf({ size: 0, hashes });
  });
};

const needSize = (size: number, what: string): void => {
  if (!Number.isSafeInteger(size) || size < 0) throw new LedgerError('out-of-range', `${size} is no ${what}.`);
};

/** The frontier of the tree's first `size` leaves, read from the stored hashes. Throws `reader-short`, `out-of-range`. */
export const frontierAt = async (reader: HashReader, size: number): Promise<Frontier> => {
  needSize(size, 'tree size');
  const ranges = subtreesOf({ from: 0, to: size }).map(({ level, index }) => ({
    from: index * 2 ** level,
    to: (index + 1) * 2 ** level,
  }));
  return { size, hashes: await rangeHashes(reader, ranges) };
};

/** The root of the tree's first `size` leaves. Throws `reader-short`, `out-of-range`. */
export const rootAt = async (reader: HashReader, size: number): Promise<Uint8Array> =>
  rootOf(await frontierAt(reader, size));

/** The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.1). Throws as rootAt. */
export const inclusionProof = async (reader: HashReader, index: number, size: number): Promise<Uint8Array[]> => {
  needSize(index, 'leaf index');
  needSize(size, 'tree size');
  if (index >= size) throw new LedgerError('out-of-range', `There is no leaf ${index} in a tree of ${size} leaves.`);
  return rangeHashes(reader, inclusionRanges(index, size));
};

/**
 * The consistency proof from the tree of `m` leaves to that of `n` (RFC 9162 section 2.1.4.1); empty for equal sizes,
 * and for m = 0, as C2SP add-checkpoint wants it. Throws as rootAt.
 */
export const consistencyProof = async (reader: HashReader, m: number, n: number): Promise<Uint8Array[]> => {
  needSize(m, 'tree size');
  needSize(n, 'tree size');
  if (m > n) throw new LedgerError('out-of-range', `A tree of ${n} leaves does not extend one of ${m}.`);
  return m === 0 ? [] : rangeHashes(reader, consistencyRanges(m, n));
};
