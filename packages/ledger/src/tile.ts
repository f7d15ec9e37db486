import { asBuffer, parseDecimal } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { type HashReader, readHashes, TILE_WIDTH } from './hash-reader.ts';

/** A tile (C2SP tlog-tiles): of hashes at a level 0 to 63, or a bundle of entries. `width` is 256 unless partial. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

const MAX_LEVEL = 63;

const need = (holds: boolean, why: string): void => {
  if (!holds) throw new LedgerError('tile-path-malformed', why);
};

/** `tile/<L>/<N>[.p/<W>]`, N in groups of three digits. Throws `tile-path-malformed`. */
export const tilePath = ({ level, index, width }: Tile): string => {
  need(
    level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= MAX_LEVEL),
    `${level} is no tile level.`,
  );
  need(Number.isSafeInteger(index) && index >= 0, `${index} is no tile index.`);
  need(
    Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH,
    `A tile has 1 to ${TILE_WIDTH} parts, not ${width}.`,
  );
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
};

/** Reads a tile's path. Throws `tile-path-malformed` for anything that tilePath does not write. */
export const parseTilePath = (path: string): Tile => {
  const match = /^tile\/(\d{1,2}|entries)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  need(match !== null, `${JSON.stringify(path)} is no tile path.`);
  const [, level, groups, width] = match as RegExpExecArray;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: parseDecimal((groups as string).replace(/[x/]/g, '').replace(/^0+(?=\d)/, '')) ?? -1,
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  need(tilePath(tile) === path, `${JSON.stringify(path)} is not the one path of its tile.`);
  return tile;
};

/** Every hash tile of a tree of `size` leaves, the right edge's partial ones included, leaf level first. */
export const hashTilesOf = function* (size: number): Generator<Tile & { readonly level: number }> {
  let count = size;
  for (let level = 0; count > 0; level++) {
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
    }
    count = Math.floor(count / TILE_WIDTH);
  }
};

/** Every entry bundle of a tree of `size` leaves. */
export const entryTilesOf = function* (size: number): Generator<Tile & { readonly level: 'entries' }> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    yield { level: 'entries', index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) };
  }
};

/** The bytes of a hash tile: its hashes, one after the other. Throws `reader-short`. */
export const hashTile = async (
  reader: HashReader,
  { level, index, width }: Tile & { readonly level: number },
): Promise<Uint8Array> => {
  const from = index * TILE_WIDTH;
  return new Uint8Array(Buffer.concat(await readHashes(reader, level, from, from + width)));
};

/** The hashes in a tile's bytes. Throws `tile-malformed` unless there are exactly `width`. */
export const parseHashTile = (bytes: Uint8Array, width: number): Uint8Array[] => {
  if (bytes.length !== width * HASH_BYTES) {
    throw new LedgerError(
      'tile-malformed',
      `A tile of ${width} hashes has ${width * HASH_BYTES} bytes, not ${bytes.length}.`,
    );
  }
  return Array.from({ length: width }, (_, i) => new Uint8Array(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)));
};

/** Largest entry of a bundle, in bytes: the length is a uint16. */
export const ENTRY_BYTES = 0xffff;

/** An entry bundle: each entry after its length as big-endian uint16. A text stands for its UTF-8. Throws `bundle-malformed`. */
export const encodeBundle = (entries: readonly (Uint8Array | string)[]): Uint8Array => {
  if (entries.length > TILE_WIDTH) {
    throw new LedgerError('bundle-malformed', `A bundle has at most ${TILE_WIDTH} entries, not ${entries.length}.`);
  }
  const parts = entries.flatMap((entry) => {
    const bytes = typeof entry === 'string' ? Buffer.from(entry) : entry;
    if (bytes.length > ENTRY_BYTES) {
      throw new LedgerError('bundle-malformed', `An entry has at most ${ENTRY_BYTES} bytes, not ${bytes.length}.`);
    }
    return [Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes];
  });
  return new Uint8Array(Buffer.concat(parts));
};

/** The entries in a bundle's bytes. Throws `bundle-malformed` unless there are exactly `width` and nothing is left over. */
export const parseBundle = (bytes: Uint8Array, width: number): Uint8Array[] => {
  const buffer = asBuffer(bytes);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const start = at + 2;
    const end = start <= buffer.length ? start + buffer.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > buffer.length) {
      throw new LedgerError('bundle-malformed', `The bundle ends within entry ${entries.length} of ${width}.`);
    }
    entries.push(new Uint8Array(bytes.subarray(start, end)));
    at = end;
  }
  if (at !== buffer.length) {
    throw new LedgerError('bundle-malformed', `${buffer.length - at} bytes are left after the ${width} entries.`);
  }
  return entries;
};
