import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPublishQuota } from './publish-quota.ts';

const bucket = (perSecond: number, burst: number) => {
  let now = 1_000;
  const quota = createPublishQuota({ perSecond, burst }, () => now);
  return {
    quota,
    pass: (ms: number) => {
      now += ms;
    },
    taken: (member: string, tries: number) =>
      Array.from({ length: tries }, () => quota.take(member)).filter((wait) => wait === 0).length,
  };
};

describe('the quota of envelopes', () => {
  it('lets a burst through at once, then as many as its rate', () => {
    const { pass, taken } = bucket(100, 250);
    expect(taken('ID', 400)).toBe(250);
    pass(500);
    expect(taken('ID', 400)).toBe(50);
    pass(60_000);
    expect(taken('ID', 400)).toBe(250);
  });
  it('says when to come again, a second at least', () => {
    const { quota, taken } = bucket(0.1, 1);
    expect(taken('ID', 1)).toBe(1);
    expect(quota.take('ID')).toBe(10_000);
    const quick = bucket(1_000, 1);
    quick.taken('ID', 1);
    expect(quick.quota.take('ID')).toBe(1_000);
  });
  it('counts each member by itself', () => {
    const { taken } = bucket(1, 10);
    expect(taken('ID', 100)).toBe(10);
    expect(taken('MY', 5)).toBe(5);
  });
  it('never lets through more than the burst and the rate allow, however it is asked (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.nat(300)), { maxLength: 40 }),
        (perSecond, burst, steps) => {
          const { pass, taken } = bucket(perSecond, burst);
          let [through, elapsed] = [0, 0];
          for (const [ms, tries] of steps) {
            pass(ms);
            elapsed += ms;
            through += taken('ID', tries);
            expect(through).toBeLessThanOrEqual(burst + (elapsed * perSecond) / 1000 + 1e-6);
          }
        },
      ),
    );
  });
});
