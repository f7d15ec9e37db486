import { describe, expect, it } from 'vitest';
import { seeded } from './random.ts';

const draws = (seed: string | number, count = 20) => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('seeded', () => {
  it('gives the same draws for the same seed, and others for another', () => {
    expect(draws('a')).toEqual(draws('a'));
    expect(draws(7)).toEqual(draws('7'));
    expect(draws('a')).not.toEqual(draws('b'));
  });

  it('is the same on every machine', () => {
    const random = seeded('pinned');
    expect(Array.from({ length: 6 }, () => random.int(0, 999_999))).toMatchInlineSnapshot(`
      [
        106199,
        525891,
        249303,
        574149,
        963909,
        6432,
      ]
    `);
  });

  it('spreads evenly and stays within bounds', () => {
    const random = seeded('even');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 50_000; i++) {
      const drawn = random.int(0, 9);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - 5000)).toBeLessThan(350);
  });

  it('weighs', () => {
    const random = seeded('weights');
    const drawn = Array.from({ length: 20_000 }, () =>
      random.weighted([
        [9, 'often'],
        [1, 'seldom'],
        [0, 'never'],
      ]),
    );
    expect(drawn.filter((value) => value === 'often').length / 20_000).toBeCloseTo(0.9, 1);
    expect(drawn).not.toContain('never');
  });

  it('draws several without repeating one', () => {
    const random = seeded('several');
    for (let i = 0; i < 500; i++) {
      const taken = random.several(['a', 'b', 'c', 'd'], i % 6);
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken).toHaveLength(Math.min(i % 6, 4));
    }
  });

  it('forks by label, whatever was drawn before', () => {
    const first = seeded('x');
    const second = seeded('x');
    second.next();
    expect(first.fork('names').next()).toBe(second.fork('names').next());
    expect(first.fork('names').next()).not.toBe(first.fork('looks').next());
  });

  it('refuses to pick from nothing', () => {
    expect(() => seeded('x').pick([])).toThrow(RangeError);
  });
});
