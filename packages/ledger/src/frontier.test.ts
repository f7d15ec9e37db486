import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  append,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  equalFrontiers,
  type Frontier,
  rootOf,
  subtreeCount,
} from './frontier.ts';
import { leafHash } from './hash.ts';
import { codeOf } from './testing/code-of.ts';
import { naiveRoot } from './testing/naive-tree.ts';

const leaves = Array.from({ length: 1100 }, (_, i) => leafHash(`entry ${i}`));

describe('append', () => {
  test('gives the root of RFC 9162 at every size to 1,100', () => {
    let frontier: Frontier = emptyFrontier;
    expect(rootOf(frontier)).toEqual(naiveRoot([]));
    for (let size = 1; size <= leaves.length; size++) {
      frontier = append(frontier, [leaves[size - 1] as Uint8Array]);
      if (size < 70 || size % 37 === 0 || (size & (size - 1)) === 0) {
        expect(rootOf(frontier)).toEqual(naiveRoot(leaves.slice(0, size)));
      }
      expect(frontier.size).toBe(size);
      expect(frontier.hashes).toHaveLength(subtreeCount(size));
    }
  });

  test('gives the same in any batches, and changes no frontier that it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(90), { maxLength: 8 }), (batches) => {
        let frontier: Frontier = emptyFrontier;
        for (const count of batches) {
          const before = encodeFrontier(frontier);
          const next = append(frontier, leaves.slice(frontier.size, frontier.size + count));
          expect(encodeFrontier(frontier)).toEqual(before);
          frontier = next;
        }
        expect(rootOf(frontier)).toEqual(naiveRoot(leaves.slice(0, frontier.size)));
      }),
    );
  });

  test('reports each complete subtree once, from any starting size', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (start, count) => {
        const seen = new Map<string, Uint8Array>();
        const from = append(emptyFrontier, leaves.slice(0, start));
        append(from, leaves.slice(start, start + count), (level, index, hash) => {
          expect(seen.has(`${level}/${index}`)).toBe(false);
          seen.set(`${level}/${index}`, hash);
        });
        let expected = 0;
        for (let level = 0; 2 ** level <= start + count; level++) {
          const width = 2 ** level;
          for (let index = Math.floor(start / width); (index + 1) * width <= start + count; index++) {
            expected += 1;
            const hash = naiveRoot(leaves.slice(index * width, (index + 1) * width));
            expect(seen.get(`${level}/${index}`)).toEqual(hash);
          }
        }
        expect(seen.size).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses a leaf that is no hash', () => {
    expect(codeOf(() => append(emptyFrontier, [new Uint8Array(31)]))).toBe('out-of-range');
  });

  test('counts past 2^32 and stops before 2^53', () => {
    const huge: Frontier = { size: 2 ** 40 - 1, hashes: Array.from({ length: 40 }, () => leaves[0] as Uint8Array) };
    const levels: [number, number][] = [];
    const next = append(huge, [leaves[1] as Uint8Array], (level, index) => levels.push([level, index]));
    expect(next.size).toBe(2 ** 40);
    expect(next.hashes).toHaveLength(1);
    expect(levels.at(-1)).toEqual([40, 0]);
    expect(levels[0]).toEqual([0, 2 ** 40 - 1]);
    const full: Frontier = { size: 2 ** 53 - 1, hashes: Array.from({ length: 53 }, () => leaves[0] as Uint8Array) };
    expect(codeOf(() => append(full, [leaves[1] as Uint8Array]))).toBe('out-of-range');
  });
});

describe('the stored form', () => {
  test('reads back as it was, from a Buffer in the middle of a pool too', () => {
    fc.assert(
      fc.property(fc.nat(1000), (size) => {
        const frontier = append(emptyFrontier, leaves.slice(0, size));
        const bytes = encodeFrontier(frontier);
        expect(equalFrontiers(decodeFrontier(bytes), frontier)).toBe(true);
        const pooled = Buffer.concat([Buffer.of(9), bytes, Buffer.of(9)]).subarray(1, -1);
        expect(equalFrontiers(decodeFrontier(pooled), frontier)).toBe(true);
      }),
    );
  });

  test('does not share memory with what it was read from', () => {
    const bytes = encodeFrontier(append(emptyFrontier, leaves.slice(0, 3)));
    const frontier = decodeFrontier(bytes);
    const root = rootOf(frontier);
    bytes.fill(0);
    expect(rootOf(frontier)).toEqual(root);
  });

  test('refuses what is too short, too long, or of another size', () => {
    const bytes = encodeFrontier(append(emptyFrontier, leaves.slice(0, 5)));
    expect(codeOf(() => decodeFrontier(new Uint8Array(0)))).toBe('frontier-malformed');
    expect(codeOf(() => decodeFrontier(bytes.subarray(0, 7)))).toBe('frontier-malformed');
    expect(codeOf(() => decodeFrontier(bytes.subarray(0, -1)))).toBe('frontier-malformed');
    expect(codeOf(() => decodeFrontier(Buffer.concat([bytes, Buffer.of(0)])))).toBe('frontier-malformed');
    const other = new Uint8Array(bytes);
    other[7] = 7;
    expect(codeOf(() => decodeFrontier(other))).toBe('frontier-malformed');
    const beyond = new Uint8Array(bytes);
    beyond[0] = 0x80;
    expect(codeOf(() => decodeFrontier(beyond))).toBe('frontier-malformed');
  });
});

test('frontiers of other sizes or hashes are not equal', () => {
  const three = append(emptyFrontier, leaves.slice(0, 3));
  expect(equalFrontiers(three, append(emptyFrontier, leaves.slice(1, 4)))).toBe(false);
  expect(equalFrontiers(three, append(emptyFrontier, leaves.slice(0, 4)))).toBe(false);
});
