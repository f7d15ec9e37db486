import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeed, type FeedItem, itemText } from './feed.ts';

const item = (seq: number, chars = 10): FeedItem => {
  const envelope = `${seq}.`.padEnd(chars, 'x');
  return {
    seq,
    leaf: `leaf ${seq}`,
    timeMs: 0,
    sender: 'ID',
    id: null,
    code: 'accepted',
    kind: null,
    record: `record ${seq}`,
    commitments: '',
    envelope,
    erasedBy: null,
    state: false,
    openings: [],
    text: itemText(`record ${seq}`, '', envelope, null),
  };
};
const items = (from: number, count: number, chars?: number): FeedItem[] =>
  Array.from({ length: count }, (_, i) => item(from + i, chars));
const held = (feed: ReturnType<typeof createFeed>, from: number): number[] | undefined =>
  feed.from(from, 1_000)?.map(({ seq }) => seq);

describe('the feed in memory', () => {
  it('gives what follows, nothing past its end, and null where it has forgotten', () => {
    const feed = createFeed({ bytes: 1_000_000, items: 4 });
    feed.push(items(0, 3));
    expect(held(feed, 1)).toEqual([1, 2]);
    expect(feed.from(3, 10)).toEqual([]);
    expect(feed.from(99, 10)).toEqual([]);
    feed.push(items(3, 4));
    expect(feed.size()).toBe(7);
    expect(feed.from(0, 10)).toBeNull();
    expect(held(feed, 3)).toEqual([3, 4, 5, 6]);
  });

  it('starts over at entries that do not follow, so that it never has a gap', () => {
    const feed = createFeed();
    feed.push(items(0, 2));
    feed.push(items(5, 2));
    expect(feed.from(1, 10)).toBeNull();
    expect(held(feed, 5)).toEqual([5, 6]);
    feed.reset();
    expect(feed.size()).toBe(0);
    expect(feed.from(0, 10)).toEqual([]);
  });

  it('has taken the bytes away before anybody hears of their erasure, those of the same batch too', () => {
    const feed = createFeed();
    feed.push(items(0, 2));
    const seen: (string | null | undefined)[] = [];
    feed.onSize(() => seen.push(feed.from(1, 1)?.[0]?.envelope, feed.from(2, 1)?.[0]?.envelope));
    feed.push(items(2, 2), [{ seqs: [1, 2, 77], by: 'ID/3' }]);
    expect(seen).toEqual([null, null]);
    expect(feed.from(1, 1)?.[0]).toMatchObject({ erasedBy: 'ID/3', text: itemText('record 1', '', null, 'ID/3') });
    feed.erase({ seqs: [1], by: 'SEC/4' });
    expect(feed.from(1, 1)?.[0]?.erasedBy).toBe('ID/3');
  });

  it('goes on after any number of erased bytes: what was erased does not count', () => {
    const feed = createFeed({ bytes: 10_000, items: 100 });
    for (let round = 0; round < 40; round++) {
      feed.push(items(round * 5, 5, 1_000));
      feed.erase({ seqs: [0, 1, 2, 3, 4].map((i) => round * 5 + i), by: 'ID/e' });
    }
    expect(held(feed, 120)).toHaveLength(80);
  });

  it('holds a gapless end of what was pushed, within its bounds (property)', () => {
    const act = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 20 }), chars: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ erase: fc.array(fc.nat(300), { minLength: 1, maxLength: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const feed = createFeed({ bytes: 4_000, items: 30 });
        let next = 0;
        for (const each of acts) {
          if ('push' in each) {
            feed.push(items(next, each.push, each.chars));
            next += each.push;
          } else feed.erase({ seqs: each.erase, by: 'ID/e' });
        }
        expect(feed.size()).toBe(next);
        let from = 0;
        while (feed.from(from, 1) === null) from += 1;
        const all = feed.from(from, 1_000) ?? [];
        expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: next - from }, (_, i) => from + i));
        expect(all.length).toBeLessThan(30 * 1.25);
        expect(all.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(4_000 * 1.25);
      }),
    );
  });
});
