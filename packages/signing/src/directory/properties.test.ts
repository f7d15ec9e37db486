import { SECRETARIAT } from '@eads/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../envelope.ts';
import { generateRunKeys, type RunKeys, type SigningKey } from '../keys.ts';
import {
  envelopeOf,
  founded,
  joining,
  keysOf,
  leaving,
  recovery,
  revocation,
  rotation,
  testRun,
} from '../testing/run.ts';
import { applyStateEvent, type Directory, directoryAt } from './directory.ts';
import { coSigners, isSuspect, quorum, roster, sealKeys, signerAt } from './queries.ts';
import { isCurrent } from './registry.ts';

const FORCES = ['ID', 'MY', 'PH', 'SG'];
const EVERYONE = [...FORCES, 'LA', SECRETARIAT];
const run = testRun(FORCES);
run.keys.set('LA', generateRunKeys());
const start = founded(run);
/** Keys that members may take into use, and thieves too. */
const pool: RunKeys[] = Array.from({ length: 40 }, () => generateRunKeys());
const everyKey: SigningKey[] = [...run.keys.values(), ...pool].map(({ signing }) => signing);

interface Action {
  readonly what: 'join' | 'leave' | 'rotate' | 'rotate-half' | 'revoke' | 'recover' | 'confirm';
  readonly member: string;
  readonly key: number;
  readonly back: number;
  readonly gap: number;
  /** Signed with the key that is current, or with any. */
  readonly proper: boolean;
}

const action: fc.Arbitrary<Action> = fc.record({
  what: fc.constantFrom('join', 'leave', 'rotate', 'rotate-half', 'revoke', 'recover', 'confirm'),
  member: fc.constantFrom(...EVERYONE, SECRETARIAT, SECRETARIAT, 'ID', 'ID'),
  key: fc.nat(pool.length - 1),
  back: fc.nat(40),
  gap: fc.integer({ min: 1, max: 4 }),
  proper: fc.constantFrom(true, true, true, false),
});

const currentKey = (directory: Directory, member: string): SigningKey | undefined => {
  const record = directory.members.get(member)?.keys.find((each) => each.use === 'signing' && isCurrent(each));
  return everyKey.find(({ kid }) => kid === record?.key.kid);
};

const envelopeFor = (directory: Directory, seq: number, a: Action): Envelope => {
  const own = currentKey(directory, a.member);
  const by = (a.proper && own) || (everyKey[(a.key * 5 + a.back) % everyKey.length] as SigningKey);
  const registrar = currentKey(directory, SECRETARIAT) ?? by;
  const next = pool[a.key] as RunKeys;
  const since = Math.max(0, seq - a.back);
  const all = directory.members.get(a.member)?.keys ?? [];
  const known = a.proper ? all.filter((each) => each.use === 'signing' && each.replacedAt !== null) : all;
  const kid = known[a.back % Math.max(known.length, 1)]?.key.kid ?? next.signing.kid;
  switch (a.what) {
    case 'join':
      return joining(run, a.member, a.proper ? next : keysOf(run, a.member), registrar);
    case 'leave':
      return leaving(run, a.member === SECRETARIAT ? 'ID' : a.member, registrar);
    case 'rotate':
      return rotation(run, a.member, next, by);
    case 'rotate-half':
      return rotation(run, a.member, { ...next, signing: own ?? next.signing }, by);
    case 'revoke':
      return revocation(a.member, kid, since, by);
    case 'confirm':
      return envelopeOf(a.member, 'key.confirm', { seqs: [since] }, by);
    case 'recover': {
      const approvers = EVERYONE.filter((code) => code !== a.member).flatMap(
        (code) => currentKey(directory, code) ?? [],
      );
      const padded = [...approvers, ...everyKey].slice(0, Math.max(4, approvers.length));
      return recovery(run, a.member, next, [{ kid, since }], padded, registrar);
    }
  }
};

/** Everything that can be asked of a directory at a position. */
const seen = (directory: Directory, seq: number): unknown => {
  const at = directoryAt(directory, seq);
  return {
    roster: roster(at),
    quorum: quorum(at),
    coSigners: coSigners(at).map(({ vkey }) => vkey),
    seal: [...sealKeys(at, EVERYONE)].map(([code, { kid }]) => [code, kid]),
    signers: EVERYONE.map((code) => everyKey.map(({ kid }) => signerAt(directory, code, kid, seq).status)),
  };
};

const checkInvariants = (directory: Directory): void => {
  expect(roster(directory)).toEqual([...roster(directory)].sort());
  expect(roster(directory)).toContain(SECRETARIAT);
  const kids: string[] = [];
  for (const member of directory.members.values()) {
    kids.push(...member.keys.map(({ key }) => key.kid));
    const current = member.keys.filter((each) => each.use === 'signing' && isCurrent(each));
    if (member.active) expect(current).toHaveLength(1);
    for (const { from, revoked } of member.keys) {
      expect(from).toBeLessThan(directory.next);
      if (revoked) expect(revoked.since).toBeLessThanOrEqual(revoked.at);
    }
  }
  expect(new Set(kids).size).toBe(kids.length);
};

describe('any course of state events', () => {
  it('keeps one current signing key a member, no key twice, and every earlier answer', () => {
    const accepted = new Map<string, number>();
    let voided = 0;
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 60, size: 'max' }), (actions) => {
        let directory = start;
        let seq = 0;
        const answers: [number, unknown][] = [[1, seen(start, 1)]];
        const log: [number, Envelope][] = [];
        for (const each of actions) {
          seq += each.gap;
          const envelope = envelopeFor(directory, seq, each);
          const result = applyStateEvent(directory, seq, envelope);
          if (!result.ok) continue;
          directory = result.directory;
          log.push([seq, envelope]);
          accepted.set(each.what, (accepted.get(each.what) ?? 0) + 1);
          answers.push([seq + 1, seen(directory, seq + 1)]);
          checkInvariants(directory);
        }
        voided += directory.voids.size;
        for (const [at, answer] of answers) expect(seen(directory, at)).toEqual(answer);
        let again = start;
        for (const [at, envelope] of log) {
          const result = applyStateEvent(again, at, envelope);
          if (!result.ok) throw new Error(`not taken again: ${result.why}`);
          again = result.directory;
        }
        expect(seen(again, seq + 1)).toEqual(seen(directory, seq + 1));
        expect([...again.voids]).toEqual([...directory.voids]);
        for (const { kid } of everyKey)
          for (const code of EVERYONE) expect(isSuspect(again, 3, code, kid)).toBe(isSuspect(directory, 3, code, kid));
      }),
      { numRuns: 40, seed: 20261125 },
    );
    // The courses did reach what they are about.
    for (const what of ['join', 'leave', 'rotate', 'rotate-half', 'revoke', 'recover', 'confirm']) {
      expect([what, (accepted.get(what) ?? 0) > 0]).toEqual([what, true]);
    }
    expect(voided).toBeGreaterThan(0);
  });

  it('of a hostile member stays cheap: rotations and revocations without end', () => {
    let directory = start;
    let signer = keysOf(run, 'ID').signing;
    const fresh = Array.from({ length: 60 }, () => generateRunKeys());
    const began = process.cpuUsage().user;
    let seq = 1;
    for (const next of fresh) {
      const rotated = applyStateEvent(directory, seq++, rotation(run, 'ID', next, signer));
      if (!rotated.ok) throw new Error(rotated.why);
      const revoked = applyStateEvent(rotated.directory, seq++, revocation('ID', signer.kid, 1, next.signing));
      if (!revoked.ok) throw new Error(revoked.why);
      directory = revoked.directory;
      signer = next.signing;
    }
    expect(directory.members.get('ID')?.keys).toHaveLength(3 * 61);
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(5_000);
  });
});
