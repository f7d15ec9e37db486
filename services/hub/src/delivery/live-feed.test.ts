import type { StoredEntry } from '@eads/store';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decided } from '../sequencer/decide.ts';
import { feedItem } from './item.ts';
import { createLiveFeed } from './live-feed.ts';

const HASH = Buffer.alloc(32).toString('base64');
const entryOf = (seq: number, by: string): StoredEntry => ({
  seq,
  timeMs: 1,
  sender: by,
  id: null,
  code: 'accepted',
  kind: 'notice.publish',
  envelopeHash: HASH,
  recipientsHash: HASH,
  leaf: `${by} ${seq}`,
  commitments: '',
  openings: '[]',
  envelope: `${by}.${seq}`,
  erasedBy: null,
});

/** A ledger that this replica ("ID") and another ("MY") write, read through answers that come when they are let. */
const stage = () => {
  let ledger: StoredEntry[] = [];
  const held: (() => void)[] = [];
  const answered: (() => void)[] = [];
  const shrunk: number[] = [];
  const reads: number[] = [];
  const later = <Result>(result: Result): Promise<Result> => new Promise((resolve) => held.push(() => resolve(result)));
  const live = createLiveFeed({
    size: () => later(ledger.length),
    entries: (from, limit) => {
      reads.push(from);
      return later(ledger.slice(from, from + Math.min(limit, 7)));
    },
    grown: () => undefined,
    shrunk: async (seen) => void shrunk.push(seen),
  });
  const append = (by: string, count: number): StoredEntry[] => {
    const added = Array.from({ length: count }, (_, i) => entryOf(ledger.length + i, by));
    ledger = [...ledger, ...added];
    return added;
  };
  /** Everything that was told, in order, as a session that wakes would read it. */
  const told: string[] = [];
  const wrong: string[] = [];
  live.feed.onSize((size) => {
    if (size <= told.length) wrong.push(`told of ${size} after ${told.length}`);
    if (live.feed.from(0, 1) === null) wrong.push(`forgot what it held, at ${size}`);
    for (const { leaf } of live.feed.from(told.length, 10_000) ?? []) told.push(leaf);
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const acts = {
    /** A commit of this replica whose confirmation comes later. */
    own: (count: number) => {
      const added = append('ID', count);
      const size = ledger.length;
      answered.push(() =>
        live.committed(
          { decided: { erasures: [], frontier: { size, hashes: [] } } as unknown as Decided },
          added.map((each) => feedItem(each)),
        ),
      );
    },
    foreign: (count: number) => void append('MY', count),
    confirm: () => answered.shift()?.(),
    look: () => void live.look(),
    answer: () => held.shift()?.(),
  };
  return {
    ...acts,
    live,
    told,
    wrong,
    shrunk,
    reads,
    turn,
    ledger: () => ledger.map(({ leaf }) => leaf),
    rollBack: (size: number) => {
      ledger = ledger.slice(0, size);
    },
    /** Lets everything come that is under way. */
    settle: async () => {
      while (answered.length > 0) acts.confirm();
      for (let quiet = 0; quiet < 3; quiet++) {
        await turn();
        if (held.length > 0) quiet = 0;
        while (held.length > 0) acts.answer();
      }
    },
  };
};

describe('the live feed', () => {
  it('feeds on its own commits at once, without reading anything', async () => {
    const { own, confirm, told, ledger, reads } = stage();
    own(3);
    own(2);
    confirm();
    confirm();
    expect(told).toEqual(ledger());
    expect(reads).toEqual([]);
  });

  it('reads what another replica wrote between two of its own, and nothing of its own', async () => {
    const { own, foreign, confirm, told, ledger, reads, settle } = stage();
    own(2);
    foreign(3);
    own(4);
    confirm();
    confirm();
    expect(told).toHaveLength(2);
    await settle();
    expect(told).toEqual(ledger());
    expect(reads).toEqual([2]);
  });

  it('starts over where the ledger became shorter, and says so once', async () => {
    const { foreign, look, live, told, settle, shrunk, rollBack, ledger } = stage();
    foreign(20);
    look();
    await settle();
    expect(told).toHaveLength(20);
    rollBack(5);
    look();
    await settle();
    expect(shrunk).toEqual([20]);
    expect(live.feed.size()).toBe(5);
    expect(live.feed.from(0, 10)?.map(({ leaf }) => leaf)).toEqual(ledger());
  });

  it('tells everything once and in order, however commits, reads and looks interleave (property)', async () => {
    const act = fc.oneof(
      fc.record({ act: fc.constantFrom('own', 'foreign'), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ act: fc.constantFrom('confirm', 'look', 'answer', 'answer', 'turn'), count: fc.constant(1) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const { told, wrong, ledger, settle, ...can } = stage();
        for (const { act: name, count } of acts) await Promise.resolve(can[name as 'own'](count));
        can.look();
        await settle();
        expect(told).toEqual(ledger());
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
