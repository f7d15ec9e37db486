import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHash } from './hash.ts';
import { codeOf } from './testing/code-of.ts';
import { memoryReader } from './testing/memory-reader.ts';
import { naiveRoot } from './testing/naive-tree.ts';
import {
  encodeBundle,
  entryTilesOf,
  hashTile,
  hashTilesOf,
  parseBundle,
  parseHashTile,
  parseTilePath,
  type Tile,
  tilePath,
} from './tile.ts';

describe('paths', () => {
  test.each<[string, Tile]>([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/63/999.p/255', { level: 63, index: 999, width: 255 }],
    ['tile/entries/x001/000.p/1', { level: 'entries', index: 1000, width: 1 }],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  test('any tile reads back', () => {
    const tiles = fc.record({
      level: fc.oneof(fc.nat(63), fc.constant('entries' as const)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  test.each([
    '',
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/entries/000\n',
    'tile/data/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
  ])('refuses %j', (path) => {
    expect(codeOf(() => parseTilePath(path))).toBe('tile-path-malformed');
  });

  test.each<Tile>([
    { level: 64, index: 0, width: 256 },
    { level: 0, index: -1, width: 256 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
    { level: 0.5, index: 0, width: 1 },
  ])('does not write %j', (tile) => {
    expect(codeOf(() => tilePath(tile))).toBe('tile-path-malformed');
  });
});

describe('the tiles of a tree', () => {
  test('of 70,000 are those that the specification counts', () => {
    const tiles = [...hashTilesOf(70_000)];
    const at = (level: number) => tiles.filter((tile) => tile.level === level);
    expect([at(0).length, at(0).at(-1)?.width]).toEqual([274, 112]);
    expect([at(1).length, at(1).at(-1)?.width]).toEqual([2, 17]);
    expect([at(2).length, at(2).at(-1)?.width]).toEqual([1, 1]);
    expect(at(3)).toEqual([]);
    expect([...entryTilesOf(70_000)]).toHaveLength(274);
  });

  test('of 256 are a full one and a partial one above', () => {
    expect([...hashTilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect([...hashTilesOf(0)]).toEqual([]);
    expect([...entryTilesOf(1)].map(tilePath)).toEqual(['tile/entries/000.p/1']);
  });

  test('hold the hashes of complete subtrees', async () => {
    const leaves = Array.from({ length: 1000 }, (_, i) => leafHash(`entry ${i}`));
    const reader = memoryReader(leaves);
    for (const tile of hashTilesOf(1000)) {
      const hashes = parseHashTile(await hashTile(reader, tile), tile.width);
      const span = 256 ** tile.level;
      hashes.forEach((hash, i) => {
        const from = (tile.index * 256 + i) * span;
        expect(hash).toEqual(naiveRoot(leaves.slice(from, from + span)));
      });
    }
    await expect(hashTile(reader, { level: 0, index: 3, width: 256 })).rejects.toMatchObject({ code: 'reader-short' });
  });

  test('have exactly their width', () => {
    expect(codeOf(() => parseHashTile(new Uint8Array(64), 1))).toBe('tile-malformed');
    expect(codeOf(() => parseHashTile(new Uint8Array(31), 1))).toBe('tile-malformed');
  });
});

describe('entry bundles', () => {
  test('read back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 256 }), (entries) => {
        expect(parseBundle(encodeBundle(entries), entries.length)).toEqual(entries);
      }),
    );
    expect(Buffer.from(encodeBundle(['ab']))).toEqual(Buffer.from([0, 2, 0x61, 0x62]));
    expect(parseBundle(encodeBundle([new Uint8Array(65_535)]), 1)[0]).toHaveLength(65_535);
  });

  test('refuse what does not fit', () => {
    expect(codeOf(() => encodeBundle([new Uint8Array(65_536)]))).toBe('bundle-malformed');
    expect(codeOf(() => encodeBundle(Array.from({ length: 257 }, () => '')))).toBe('bundle-malformed');
    const bundle = encodeBundle(['one', 'two']);
    for (const [bytes, width] of [
      [bundle, 1],
      [bundle, 3],
      [bundle.subarray(0, -1), 2],
      [bundle.subarray(0, 6), 2],
      [new Uint8Array(0), 1],
      [new Uint8Array(1), 0],
    ] as const) {
      expect(codeOf(() => parseBundle(bytes, width))).toBe('bundle-malformed');
    }
  });
});
