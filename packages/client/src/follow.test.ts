import { describe, expect, it } from 'vitest';
import { ClientError } from './client-error.ts';
import { type FeedSource, followFeed, type SubscribeOptions } from './follow.ts';

interface Entry {
  origin: string;
  seq: number;
}
const ONE = 'x/run/1';
const TWO = 'x/run/2';
const entries = (origin: string, from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, i) => ({ origin, seq: from + i }));

/** A feed whose connections do what the script says, one step each; the last step goes on for ever. */
const scripted = (steps: { at: { origin: string; size: number }; gives: (Entry | null | Error)[] }[], dense = true) => {
  const opened: number[] = [];
  let step = 0;
  const now = () => steps[Math.min(step, steps.length - 1)] as (typeof steps)[number];
  const source: FeedSource<Entry> = {
    dense,
    position: async () => now().at,
    open: async function* (from) {
      opened.push(from);
      const { gives } = now();
      step += 1;
      for (const item of gives) {
        if (item instanceof Error) throw item;
        yield item;
      }
    },
  };
  return { source, opened };
};

const take = async (source: FeedSource<Entry>, count: number, options: SubscribeOptions = {}): Promise<string[]> => {
  const out: string[] = [];
  if (count === 0) return out;
  for await (const { origin, seq } of followFeed(source, options)) {
    out.push(`${origin}#${seq}`);
    if (out.length === count) break;
  }
  return out;
};
const cut = () => new ClientError('cut', 'cut');

describe('following a feed', () => {
  it('goes on after a cut where it was, each entry once', async () => {
    const { source, opened } = scripted([
      { at: { origin: ONE, size: 2 }, gives: [...entries(ONE, 0, 2), cut()] },
      { at: { origin: ONE, size: 4 }, gives: entries(ONE, 2, 4) },
    ]);
    const cuts: string[] = [];
    const got = await take(source, 4, { onCut: (error, ms) => cuts.push(`${error.code} ${ms}`) });
    expect(got).toEqual([`${ONE}#0`, `${ONE}#1`, `${ONE}#2`, `${ONE}#3`]);
    expect(opened).toEqual([0, 2]);
    expect(cuts).toEqual(['cut 250']);
  });

  it('begins at 0 when a new epoch began while it was away', async () => {
    const { source } = scripted([
      { at: { origin: ONE, size: 3 }, gives: [...entries(ONE, 0, 3), cut()] },
      { at: { origin: TWO, size: 9 }, gives: entries(TWO, 0, 9) },
    ]);
    expect((await take(source, 5)).slice(3)).toEqual([`${TWO}#0`, `${TWO}#1`]);
  });

  it('skips nothing of a new epoch whose entries come on the old connection', async () => {
    const { source } = scripted(
      [
        { at: { origin: ONE, size: 3 }, gives: [...entries(ONE, 0, 3), ...entries(TWO, 3, 5)] },
        { at: { origin: TWO, size: 5 }, gives: entries(TWO, 0, 5) },
      ],
      false,
    );
    expect((await take(source, 4)).slice(3)).toEqual([`${TWO}#0`]);
  });

  it('notices a new epoch while nothing comes', async () => {
    let asked = 0;
    const source: FeedSource<Entry> = {
      dense: true,
      position: async () => ({ origin: asked++ < 1 ? ONE : TWO, size: 5 }),
      open: async function* (from) {
        if (asked === 1) {
          yield* entries(ONE, from, 5);
          yield null;
          throw new Error('stayed on the old epoch');
        }
        yield* entries(TWO, from, 5);
      },
    };
    expect((await take(source, 6)).at(-1)).toBe(`${TWO}#0`);
  });

  it.each([
    ['a gap in a feed that has every entry', true, [0, 2]],
    ['an entry twice', true, [0, 1, 1]],
    ['an entry of before in a member’s feed', false, [4, 3]],
  ])('calls out %s', async (_, dense, seqs) => {
    const gives = seqs.map((seq) => ({ origin: ONE, seq }));
    const { source } = scripted([{ at: { origin: ONE, size: 9 }, gives }], dense);
    await expect(take(source, 9)).rejects.toMatchObject({ code: 'gap' });
  });

  it('takes the holes of a member’s feed as they are', async () => {
    const gives = [0, 7, 9].map((seq) => ({ origin: ONE, seq }));
    const { source, opened } = scripted([{ at: { origin: ONE, size: 10 }, gives }], false);
    expect(await take(source, 99, { follow: false })).toHaveLength(3);
    expect(opened).toEqual([0]);
  });

  it('refuses to begin beyond the end, and to go on with a log that was rolled back', async () => {
    const { source } = scripted([{ at: { origin: ONE, size: 3 }, gives: [] }]);
    await expect(take(source, 1, { from: 4 })).rejects.toMatchObject({ code: 'cursor-ahead' });
    const back = scripted([
      { at: { origin: ONE, size: 3 }, gives: [...entries(ONE, 0, 3), cut()] },
      { at: { origin: ONE, size: 2 }, gives: [] },
    ]);
    await expect(take(back.source, 4)).rejects.toMatchObject({ code: 'cursor-ahead' });
  });

  it('does not try again what no second try mends', async () => {
    const { source, opened } = scripted([
      { at: { origin: ONE, size: 3 }, gives: [new ClientError('forbidden', 'no')] },
    ]);
    await expect(take(source, 1)).rejects.toMatchObject({ code: 'forbidden' });
    expect(opened).toEqual([0]);
  });

  it('waits for a run that is opened anew, and says so where it never was', async () => {
    const gone = new ClientError('not-found', 'no such run');
    const { source } = scripted([
      { at: { origin: ONE, size: 1 }, gives: entries(ONE, 0, 1) },
      { at: { origin: ONE, size: 1 }, gives: [gone] },
      { at: { origin: ONE, size: 2 }, gives: entries(ONE, 1, 2) },
    ]);
    expect(await take(source, 2)).toHaveLength(2);
    const never = scripted([{ at: { origin: ONE, size: 1 }, gives: [gone] }]);
    await expect(take(never.source, 1)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('ends quietly when told, in the middle of a wait too', async () => {
    const stop = new AbortController();
    const { source } = scripted([{ at: { origin: ONE, size: 1 }, gives: [cut()] }]);
    expect(await take(source, 1, { signal: stop.signal, onCut: () => stop.abort() })).toEqual([]);
  });
});
