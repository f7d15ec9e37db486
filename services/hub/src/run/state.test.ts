import { randomBytes } from 'node:crypto';
import type { Claims } from '@eads/protocol';
import {
  emptyDirectory,
  formatVkey,
  generateRunKeys,
  generateSigningKey,
  LOG_KEY_TYPE,
  makeEnvelope,
  type RunKeys,
  roster,
  signEnrolment,
  uuidv7,
} from '@eads/signing';
import { describe, expect, it } from 'vitest';
import { createRunState, type StateEntry } from './state.ts';

const ORIGIN = 'inst/run/1';
const CODES = ['ID', 'MY', 'SEC', 'TH'];
const keys = new Map<string, RunKeys>(CODES.map((code) => [code, generateRunKeys()]));
const hub = generateSigningKey().jwk;

const event = (kind: string, body: object): string =>
  makeEnvelope(
    {
      origin: ORIGIN,
      id: uuidv7(Date.UTC(2026, 10, 25), randomBytes(10)),
      kind,
      from: 'SEC',
      actor: 'seat',
      to: 'all',
      sentAt: '2026-11-25T00:00:00.000Z',
      inReplyTo: null,
      handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
      nonce: randomBytes(16).toString('base64url'),
      body: body as Claims['body'],
    },
    (keys.get('SEC') as RunKeys).signing,
  ).jws;

const GENESIS = event('genesis', {
  protocol: 1,
  quorum: 3,
  logKey: formatVkey(ORIGIN, LOG_KEY_TYPE, generateSigningKey()),
  hubKey: { kty: hub.kty, crv: hub.crv, x: hub.x },
  predecessor: null,
  members: CODES.map((member) => ({ member, block: signEnrolment(ORIGIN, member, keys.get(member) as RunKeys) })),
});
const leave = (member: string): string => event('member.leave', { member, reason: '' });
const ALL: readonly StateEntry[] = [
  { seq: 0, envelope: GENESIS },
  { seq: 5, envelope: leave('TH') },
  { seq: 9, envelope: leave('MY') },
];
const ROSTERS = [[], ['ID', 'MY', 'SEC', 'TH'], ['ID', 'MY', 'SEC'], ['ID', 'SEC']];

/** A reading of a ledger that may be held back; notes from where on was read. */
const ledger = () => {
  const reads: number[] = [];
  const source = { upTo: ALL.length, wait: Promise.resolve() as Promise<unknown> };
  const state = createRunState<typeof source>(ORIGIN, async (from, since) => {
    reads.push(since);
    const { upTo } = from;
    await from.wait;
    return ALL.slice(0, upTo).filter(({ seq }) => seq >= since);
  });
  return { reads, state };
};
const upTo = (count: number, wait: Promise<unknown> = Promise.resolve()) => ({ upTo: count, wait });

describe('the copy of members and keys', () => {
  it('is read once a version, and only what is new', async () => {
    const { reads, state } = ledger();
    expect(roster(await state.at(upTo(1), 1))).toEqual(ROSTERS[1]);
    expect(roster(await state.at(upTo(1), 1))).toEqual(ROSTERS[1]);
    expect(roster(await state.at(upTo(3), 3))).toEqual(ROSTERS[3]);
    expect(reads).toEqual([0, 1]);
    expect(state.version()).toBe(3);
  });

  it('is that of the version asked for, also where more has been written since', async () => {
    const { state } = ledger();
    expect(roster(await state.at(upTo(3), 1))).toEqual(ROSTERS[1]);
    expect(roster(await state.at(upTo(3), 2))).toEqual(ROSTERS[2]);
    expect(roster(await state.at(upTo(3), 3))).toEqual(ROSTERS[3]);
  });

  it('is not set back by a reading that began earlier and ends later, nor does a batch get its result', async () => {
    const { state } = ledger();
    await state.at(upTo(1), 1);
    const held = Promise.withResolvers<void>();
    const old = state.at(upTo(2, held.promise), 2);
    const decided = await state.at(upTo(3), 3);
    held.resolve();
    expect(roster(await old)).toEqual(ROSTERS[2]);
    expect(roster(decided)).toEqual(ROSTERS[3]);
    expect([state.version(), roster(state.directory())]).toEqual([3, ROSTERS[3]]);
  });

  it('keeps what a batch of this replica made of it against a reading under way', async () => {
    const { state } = ledger();
    const first = await state.at(upTo(1), 1);
    const held = Promise.withResolvers<void>();
    const old = state.at(upTo(2, held.promise), 2);
    state.advance({ stateVersion: 3, directory: emptyDirectory(ORIGIN) });
    held.resolve();
    await old;
    expect(state.version()).toBe(3);
    expect(state.directory()).not.toBe(first);
  });

  it('is read anew after it was invalidated, and after the ledger was rolled back', async () => {
    const { reads, state } = ledger();
    await state.at(upTo(3), 3);
    expect(roster(await state.at(upTo(1), 1))).toEqual(ROSTERS[1]);
    state.invalidate();
    expect(roster(await state.at(upTo(1), 1))).toEqual(ROSTERS[1]);
    expect(reads).toEqual([0, 0, 0]);
  });

  it('is refused where events are missing or do not fold', async () => {
    const { state } = ledger();
    await expect(state.at(upTo(2), 3)).rejects.toThrow('3 state events, and 2');
    const damaged = createRunState(ORIGIN, async () => [{ seq: 0, envelope: leave('TH') }]);
    await expect(damaged.at(undefined, 1)).rejects.toThrow('entry 0 does not fold');
  });
});
