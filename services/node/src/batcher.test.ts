import { expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

test('what comes while the last is under way is done together, in order, each with its own result', async () => {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const ask = createBatcher(3, async (items: readonly number[]) => {
    batches.push([...items]);
    await new Promise<void>((resolve) => {
      gates.push(resolve);
    });
    return items.map((item) => item * 10);
  });
  const results = Promise.all([1, 2, 3, 4, 5].map(ask));
  for (let i = 0; i < 3; i++) {
    while (gates.length <= i) await Promise.resolve();
    gates[i]?.();
  }
  expect(await results).toEqual([10, 20, 30, 40, 50]);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test('a batch that fails fails its own items, and the next goes on', async () => {
  const ask = createBatcher(2, async (items: readonly number[]) => {
    if (items.includes(2)) throw new Error('no');
    return items;
  });
  const settled = await Promise.allSettled([1, 2, 3, 4].map(ask));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
});
