import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIdSet } from './id-set.ts';

test('knows what was added, through several enlargements', () => {
  const ids = createIdSet();
  const references = Array.from({ length: 20_000 }, (_, i) => `ID/${i}`);
  for (const reference of references) expect(ids.add(reference)).toBe(true);
  for (const reference of references) expect(ids.add(reference)).toBe(false);
  expect(ids.add('TH/0')).toBe(true);
});

test('answers as a set does', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 200 }), (references) => {
      const ids = createIdSet();
      const known = new Set<string>();
      for (const reference of references) {
        expect(ids.add(reference)).toBe(!known.has(reference));
        known.add(reference);
      }
    }),
  );
});
