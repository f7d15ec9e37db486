import { KINDS } from '@eads/protocol';
import { expect, test } from 'vitest';
import { HANDLERS, NEVER_DELIVERED } from './register.ts';

test('every kind has a handler, or reaches no node', () => {
  for (const { kind, addresses } of KINDS) {
    expect(HANDLERS.has(kind), kind).toBe(addresses !== 'nobody');
    expect(NEVER_DELIVERED.has(kind), kind).toBe(addresses === 'nobody');
  }
});

test('nothing is registered that is no kind', () => {
  const kinds = new Set<string>(KINDS.map(({ kind }) => kind));
  for (const name of [...HANDLERS.keys(), ...NEVER_DELIVERED]) expect(kinds.has(name), name).toBe(true);
});
