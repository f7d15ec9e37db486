import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeliverPump, type DeliverSlice } from './deliver-pump.ts';
import { settle } from './testing/fake-clock.ts';
import { leafItem, openingText, readableItem } from './testing/texts.ts';

const slice = (first: number, items: string[], openings: string[] = []): DeliverSlice => ({
  first,
  items,
  openings,
  bytes: 0,
});

interface Sent {
  readonly first: number;
  readonly items: unknown[];
  readonly openings: unknown[];
  readonly bytes: number;
}

const setUp = (read: (from: number, limit: number, maxBytes: number) => DeliverSlice | Promise<DeliverSlice>) => {
  const sent: Sent[] = [];
  const flushes: (() => void)[] = [];
  const errors: unknown[] = [];
  const congestion: boolean[] = [];
  const pump = createDeliverPump(0, {
    read,
    send: (frame, flushed) => {
      sent.push({ ...JSON.parse(frame), bytes: Buffer.byteLength(frame) });
      flushes.push(flushed);
    },
    failed: (error) => errors.push(error),
    congested: (stuck) => congestion.push(stuck),
  });
  return { pump, sent, flushes, errors, congestion };
};

describe('the deliver pump', () => {
  it('pulls again when it was woken while a read was under way', async () => {
    const answers: ((answer: DeliverSlice) => void)[] = [];
    const asked: number[] = [];
    const { pump, sent } = setUp((from) => {
      asked.push(from);
      return new Promise((resolve) => answers.push(resolve));
    });
    pump.credit(100_000, 100);
    pump.wake();
    pump.wake();
    await settle();
    expect(asked).toEqual([0]);
    answers[0]?.(slice(0, []));
    await settle();
    expect(asked).toEqual([0, 0]);
    answers[1]?.(slice(0, [leafItem(0)]));
    await settle();
    expect(asked).toEqual([0, 0, 1]);
    answers[2]?.(slice(1, []));
    await settle();
    expect(asked).toEqual([0, 0, 1]);
    expect(sent).toHaveLength(1);
  });

  it('asks for no more than credit and one frame hold', () => {
    const asked: [number, number][] = [];
    const { pump } = setUp((_from, limit, maxBytes) => {
      asked.push([limit, maxBytes]);
      return slice(0, []);
    });
    pump.credit(1000, 7);
    pump.credit(1 << 30, 1 << 20);
    pump.wake();
    expect(asked[0]).toEqual([7, 920]);
    expect(asked[1]).toEqual([4096, 256 * 1024 - 80]);
  });

  it('cuts a slice that is too large where it fits, with the openings of what stays', async () => {
    const items = [leafItem(0), readableItem(1), leafItem(2), readableItem(3), readableItem(4)];
    const { pump, sent } = setUp((from) =>
      slice(from, items.slice(from), [1, 3, 4].filter((seq) => seq >= from).map(openingText)),
    );
    pump.credit(1 << 20, 4);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.items).toEqual(items.slice(0, 4).map((text) => JSON.parse(text)));
    expect(sent[0]?.openings).toEqual([openingText(1), openingText(3)].map((text) => JSON.parse(text)));
    pump.credit(0, 1);
    expect(sent[1]).toMatchObject({ first: 4, openings: [JSON.parse(openingText(4))] });
  });

  it('cuts one that is over 256 KiB, and fails on an entry that never fits', () => {
    const big = readableItem(0, 60_000);
    const { pump, sent } = setUp((from) => slice(from, Array(10 - from).fill(big), Array(10 - from).fill('null')));
    pump.credit(1 << 22, 10);
    expect(sent.map(({ items }) => items.length)).toEqual([4, 4, 2]);
    const huge = setUp(() => slice(0, [JSON.stringify({ x: 'x'.repeat(300_000) })], ['null']));
    huge.pump.credit(1 << 22, 10);
    expect(huge.errors).toHaveLength(1);
    expect(huge.sent).toEqual([]);
  });

  it('does not read over and over what the credit is too small for', () => {
    let reads = 0;
    const { pump, sent } = setUp(() => {
      reads += 1;
      return reads > 10 ? slice(1, []) : slice(0, [readableItem(0, 1000)], ['null']);
    });
    pump.credit(500, 5);
    pump.wake();
    pump.credit(100, 5);
    pump.wake();
    expect(reads).toBe(1);
    pump.credit(1000, 0);
    expect(sent).toHaveLength(1);
  });

  it('sends a small entry after a large one, with little credit', () => {
    const items = [readableItem(0, 1000), leafItem(1)];
    const { pump, sent } = setUp((from) => slice(from, items.slice(from, from + 1), from === 0 ? ['null'] : []));
    pump.credit(500, 5);
    pump.credit(820, 0);
    expect(sent).toHaveLength(1);
    pump.credit(200, 0);
    expect(pump.next).toBe(2);
  });

  it('holds when the socket has half a MiB waiting, says so, and goes on when it drains', () => {
    const items = Array.from({ length: 100 }, (_, seq) => readableItem(seq, 20_000));
    const { pump, sent, flushes, congestion } = setUp((from) =>
      slice(
        from,
        items.slice(from),
        items.slice(from).map((_, i) => openingText(from + i)),
      ),
    );
    pump.credit(1 << 24, 1000);
    const unflushed = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(unflushed).toBeLessThanOrEqual(768 * 1024);
    expect(congestion).toEqual([true]);
    flushes.shift()?.();
    expect(congestion).toEqual([true, false, true]);
    while (flushes.length > 0) flushes.shift()?.();
    expect(pump.next).toBe(100);
    expect(congestion.at(-1)).toBe(false);
  });

  it('lets others have their turn when the socket takes everything at once', async () => {
    const item = readableItem(0, 50_000);
    let sentBytes = 0;
    const pump = createDeliverPump(0, {
      read: (from) => (from < 200 ? slice(from, [item], ['null']) : slice(from, [])),
      send: (frame, flushed) => {
        sentBytes += frame.length;
        flushed();
      },
      failed: expect.fail,
      congested: () => {},
    });
    pump.credit(1 << 30, 1000);
    expect(sentBytes).toBeLessThan(1200 * 1024);
    await settle(20);
    expect(pump.next).toBe(200);
  });

  it('stops at once', async () => {
    const { promise, resolve } = Promise.withResolvers<DeliverSlice>();
    const { pump, sent, errors } = setUp(() => promise);
    pump.credit(1000, 10);
    pump.stop();
    resolve(slice(5, []));
    pump.wake();
    await settle();
    expect([sent, errors]).toEqual([[], []]);
  });
});

describe('whatever comes in whatever order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      kind: fc.constant('credit' as const),
      bytes: fc.integer({ min: 0, max: 4000 }),
      count: fc.integer({ min: 0, max: 30 }),
    }),
    fc.record({ kind: fc.constant('wake' as const) }),
    fc.record({ kind: fc.constant('answer' as const) }),
    fc.record({ kind: fc.constant('flush' as const) }),
  );

  it('every entry goes out once and in order, within credit, and all of them in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.infiniteStream(fc.record({ later: fc.boolean(), over: fc.integer({ min: 0, max: 5 }) })),
        async (steps, moods) => {
          const log: { item: string; opening: string | undefined }[] = [];
          const waiting: (() => void)[] = [];
          let asking = 0;
          const read = (from: number, limit: number, maxBytes: number) => {
            const { later, over } = moods.next().value as { later: boolean; over: number };
            const answer = () => {
              const part = { first: from, items: [] as string[], openings: [] as string[], bytes: 0 };
              for (const { item, opening } of log.slice(from, from + limit + over)) {
                if (part.bytes + item.length > maxBytes + 300 * over && part.items.length > 0) break;
                part.items.push(item);
                part.bytes += item.length;
                if (opening !== undefined) part.openings.push(opening);
              }
              return part;
            };
            asking += 1;
            expect(asking).toBe(1);
            if (!later) {
              asking -= 1;
              return answer();
            }
            return new Promise<DeliverSlice>((resolve) =>
              waiting.push(() => {
                asking -= 1;
                resolve(answer());
              }),
            );
          };
          const { pump, sent, flushes, errors } = setUp(read);
          const given = { bytes: 0, count: 0 };
          const check = () => {
            expect(errors).toEqual([]);
            let next = 0;
            let bytes = 0;
            for (const frame of sent) {
              expect(frame.first).toBe(next);
              const entries = log.slice(next, next + frame.items.length);
              expect(frame.items).toEqual(entries.map(({ item }) => JSON.parse(item)));
              expect(frame.openings).toEqual(entries.flatMap(({ opening }) => (opening ? [JSON.parse(opening)] : [])));
              next += frame.items.length;
              bytes += frame.bytes;
            }
            expect(pump.next).toBe(next);
            expect(next).toBeLessThanOrEqual(given.count);
            expect(bytes).toBeLessThanOrEqual(given.bytes);
          };
          for (const it of steps) {
            if (it.kind === 'append') {
              for (let i = 0; i < it.count; i += 1) {
                const seq = log.length;
                const readable = seq % 3 !== 0;
                log.push({
                  item: readable ? readableItem(seq, 50 + ((seq * 97) % 900)) : leafItem(seq),
                  opening: readable ? openingText(seq) : undefined,
                });
              }
              pump.wake();
            } else if (it.kind === 'credit') {
              given.bytes += it.bytes;
              given.count += it.count;
              pump.credit(it.bytes, it.count);
            } else if (it.kind === 'wake') pump.wake();
            else if (it.kind === 'answer') waiting.shift()?.();
            else flushes.shift()?.();
            await settle(1);
            check();
          }
          given.bytes += 1 << 24;
          given.count += 1 << 14;
          pump.credit(1 << 24, 1 << 14);
          for (let idle = 0; idle < 3; ) {
            await settle(1);
            if (waiting.length + flushes.length === 0) idle += 1;
            waiting.shift()?.();
            flushes.shift()?.();
          }
          check();
          expect(pump.next).toBe(log.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
