import { type DirectoryKey, type DirectoryMember, emptyDirectory, generateSigningKey } from '@eads/signing';
import { describe, expect, it } from 'vitest';
import { endingForAll, endingForKey } from './standing.ts';

const key = generateSigningKey();

/** A directory in which ID has one signing key, in the given state. */
const directory = (over: Partial<DirectoryKey>, active = true) => {
  const record = {
    ...{ use: 'signing', key, broughtBy: null, from: 0, replacedAt: null, revoked: null, fallen: false },
    ...over,
  } as DirectoryKey;
  const member: DirectoryMember = { code: 'ID', active, since: 0, keys: [record], vouched: [] };
  return { ...emptyDirectory('a/b/1'), members: new Map([['ID', member]]) };
};

describe('whether a session stands', () => {
  it.each([
    ['a current key', directory({}), null],
    ['a key that its member replaced', directory({ replacedAt: 5 }), null],
    ['a revoked key', directory({ revoked: { at: 5, since: 3 } }), 4403],
    ['a key that was replaced, then revoked', directory({ replacedAt: 4, revoked: { at: 5, since: 3 } }), 4403],
    ['a key that fell with a void event', directory({ fallen: true }), 4401],
    ['a member that left', directory({}, false), 4401],
    ['a key that nobody has', emptyDirectory('a/b/1'), 4401],
  ])('by %s', (_what, at, code) => {
    expect(endingForKey(at, 'ID', key.kid)?.code ?? null).toBe(code);
  });

  it('by the head: another epoch is told first, then that the run is frozen and why', () => {
    expect(endingForAll({ epoch: 1, frozen: null }, 1)).toBeNull();
    expect(endingForAll({ epoch: 2, frozen: 'x' }, 1)?.code).toBe(4410);
    const frozen = endingForAll({ epoch: 1, frozen: `ID holds more. ${'x'.repeat(1_000)}` }, 1);
    expect(frozen?.code).toBe(4423);
    expect(frozen?.error.what).toMatch(/^ID holds more/);
    expect(frozen?.error.what.length).toBeLessThanOrEqual(500);
  });
});
