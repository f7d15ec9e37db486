import { SECRETARIAT } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { generateRunKeys } from '../keys.ts';
import { signStatement } from '../statements.ts';
import {
  apply,
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
import { applyStateEvent, directoryAt, emptyDirectory } from './directory.ts';
import { coSigners, isSuspect, isVoid, quorum, roster, sealKeys, signerAt } from './queries.ts';
import { recoveryEventHash } from './state-event.ts';

const run = testRun();
const start = founded(run);
const secretariat = keysOf(run, SECRETARIAT);
const codeOf = (result: ReturnType<typeof applyStateEvent>): string => (result.ok ? 'ok' : result.code);
const statusOf = (directory: typeof start, member: string, kid: string, seq?: number): string =>
  signerAt(directory, member, kid, seq).status;

describe('the directory', () => {
  it('knows after genesis who takes part, with which keys, and who co-signs', () => {
    expect(roster(start)).toEqual(['ID', 'MY', 'PH', 'SEC', 'SG', 'TH']);
    expect(quorum(start)).toBe(4);
    expect(coSigners(start).map(({ member }) => member)).toEqual(['ID', 'MY', 'PH', 'SG', 'TH']);
    expect(coSigners(start)[0]?.vkey).toMatch(/^test0001\/practice\/ID\+[0-9a-f]{8}\+/);
    expect(signerAt(start, 'ID', keysOf(run, 'ID').signing.kid)).toMatchObject({ status: 'current' });
    expect(signerAt(start, 'HUB', run.hub.kid)).toMatchObject({ status: 'current' });
    expect([...sealKeys(start, ['ID', 'LA', SECRETARIAT]).keys()]).toEqual(['ID', SECRETARIAT]);
  });

  it('does not take one key for the other: witness, encryption, log, another member', () => {
    const id = keysOf(run, 'ID');
    for (const kid of [id.witness.kid, id.encryption.kid, run.log.kid, run.hub.kid, secretariat.signing.kid]) {
      expect(statusOf(start, 'ID', kid)).toBe('unknown');
    }
    expect(statusOf(start, 'HUB', run.log.kid)).toBe('unknown');
    expect(statusOf(start, 'LA', id.signing.kid)).toBe('unknown');
  });

  it('knows nobody before genesis, and acts on later entries only', () => {
    expect(statusOf(emptyDirectory(run.origin), 'ID', keysOf(run, 'ID').signing.kid)).toBe('unknown');
    expect(statusOf(start, 'ID', keysOf(run, 'ID').signing.kid, 0)).toBe('unknown');
    expect(statusOf(start, 'ID', keysOf(run, 'ID').signing.kid, 1)).toBe('current');
  });

  it('leaves the directory that it was given as it was', () => {
    const before = roster(start);
    apply(start, 5, leaving(run, 'PH'));
    expect(roster(start)).toEqual(before);
  });

  it('refuses events out of order, of another origin, of no state kind', () => {
    const left = apply(start, 5, leaving(run, 'PH'));
    expect(codeOf(applyStateEvent(left, 5, leaving(run, 'SG')))).toBe('bad-state');
    const elsewhere = envelopeOf(SECRETARIAT, 'member.leave', { member: 'ID', reason: '' }, secretariat.signing, {
      origin: 'test0001/practice/2',
    });
    expect(codeOf(applyStateEvent(start, 5, elsewhere))).toBe('other-origin');
    const erase = envelopeOf('ID', 'erase', { seqs: [1], reason: '' }, keysOf(run, 'ID').signing);
    expect(codeOf(applyStateEvent(start, 5, erase))).toBe('bad-state');
  });

  it('refuses an event whose envelope was signed by somebody else', () => {
    const forged = leaving(run, 'PH', keysOf(run, 'ID').signing);
    expect(codeOf(applyStateEvent(start, 5, forged))).toBe('bad-signature');
    const good = leaving(run, 'PH');
    const signature = Uint8Array.from(good.parsed.signature, (byte, i) => (i === 7 ? byte ^ 1 : byte));
    const bent = { ...good, parsed: { ...good.parsed, signature } };
    expect(codeOf(applyStateEvent(start, 5, bent))).toBe('bad-signature');
  });
});

describe('members', () => {
  it('lets a late one in from the next entry on, and out again', () => {
    const late = generateRunKeys();
    const joined = apply(start, 10, joining(run, 'LA', late));
    expect(statusOf(joined, 'LA', late.signing.kid, 10)).toBe('unknown');
    expect(statusOf(joined, 'LA', late.signing.kid, 11)).toBe('current');
    expect(roster(directoryAt(joined, 10))).not.toContain('LA');
    expect(roster(joined)).toContain('LA');
    expect(quorum(joined)).toBe(5);
    const gone = apply(joined, 20, leaving(run, 'LA'));
    expect(statusOf(gone, 'LA', late.signing.kid, 20)).toBe('current');
    expect(statusOf(gone, 'LA', late.signing.kid, 21)).toBe('left');
    expect(roster(gone)).not.toContain('LA');
    expect(coSigners(gone).map(({ member }) => member)).not.toContain('LA');
    expect(coSigners(directoryAt(gone, 20)).map(({ member }) => member)).toContain('LA');
    expect(sealKeys(gone, ['LA']).size).toBe(0);
    const back = apply(gone, 30, joining(run, 'LA', late));
    expect(statusOf(back, 'LA', late.signing.kid)).toBe('current');
  });

  it('refuses joins and leaves that fit nothing', () => {
    expect(codeOf(applyStateEvent(start, 5, joining(run, 'ID', generateRunKeys())))).toBe('bad-state');
    expect(codeOf(applyStateEvent(start, 5, leaving(run, 'LA')))).toBe('bad-state');
    const late = { ...generateRunKeys(), signing: keysOf(run, 'ID').signing };
    expect(codeOf(applyStateEvent(start, 5, joining(run, 'LA', late)))).toBe('bad-state');
    const hubbed = { ...generateRunKeys(), witness: run.hub };
    expect(codeOf(applyStateEvent(start, 5, joining(run, 'LA', hubbed)))).toBe('bad-state');
  });

  it('are a matter of the Secretariat only', () => {
    const own = joining(run, 'LA', generateRunKeys()).claims.body;
    const usurped = envelopeOf('ID', 'member.join', own, keysOf(run, 'ID').signing);
    expect(codeOf(applyStateEvent(start, 5, usurped))).toBe('not-allowed');
  });

  it('that left change no keys any more', () => {
    const gone = apply(start, 5, leaving(run, 'PH'));
    expect(codeOf(applyStateEvent(gone, 6, rotation(run, 'PH', generateRunKeys())))).toBe('not-allowed');
  });
});

describe('rotation', () => {
  const old = keysOf(run, 'ID');
  const next = generateRunKeys();
  const rotated = apply(start, 10, rotation(run, 'ID', next));

  it('puts the new keys in place from the next entry on', () => {
    expect(statusOf(rotated, 'ID', old.signing.kid, 10)).toBe('current');
    expect(statusOf(rotated, 'ID', old.signing.kid, 11)).toBe('replaced');
    expect(statusOf(rotated, 'ID', next.signing.kid, 10)).toBe('unknown');
    expect(statusOf(rotated, 'ID', next.signing.kid, 11)).toBe('current');
    expect(sealKeys(rotated, ['ID']).get('ID')?.kid).toBe(next.encryption.kid);
    expect(coSigners(rotated).find(({ member }) => member === 'ID')?.key.kid).toBe(next.witness.kid);
    expect(coSigners(directoryAt(rotated, 10)).find(({ member }) => member === 'ID')?.key.kid).toBe(old.witness.kid);
  });

  it('may keep the signing key', () => {
    const half = { ...generateRunKeys(), signing: old.signing };
    const after = apply(start, 10, rotation(run, 'ID', half));
    expect(statusOf(after, 'ID', old.signing.kid)).toBe('current');
    expect(sealKeys(after, ['ID']).get('ID')?.kid).toBe(half.encryption.kid);
  });

  it('refuses no change, a key of before, a key of another, the old key as signer, another member in the block', () => {
    expect(codeOf(applyStateEvent(start, 10, rotation(run, 'ID', old)))).toBe('bad-state');
    expect(codeOf(applyStateEvent(rotated, 12, rotation(run, 'ID', old, next.signing)))).toBe('bad-state');
    const stolen = { ...generateRunKeys(), witness: keysOf(run, 'MY').witness };
    expect(codeOf(applyStateEvent(start, 10, rotation(run, 'ID', stolen)))).toBe('bad-state');
    expect(codeOf(applyStateEvent(rotated, 12, rotation(run, 'ID', generateRunKeys())))).toBe('bad-signature');
    const { body } = rotation(run, 'MY', generateRunKeys()).claims;
    expect(codeOf(applyStateEvent(start, 10, envelopeOf('ID', 'key.rotate', body, old.signing)))).toBe('bad-form');
  });
});

describe('revocation by another key of the member', () => {
  const old = keysOf(run, 'ID');
  const next = generateRunKeys();
  const rotated = apply(start, 10, rotation(run, 'ID', next));
  const revoked = apply(rotated, 20, revocation('ID', old.signing.kid, 5, next.signing));

  it('refuses the key from R on, and makes [S, R) suspect', () => {
    expect(statusOf(revoked, 'ID', old.signing.kid, 20)).toBe('replaced');
    expect(statusOf(revoked, 'ID', old.signing.kid, 21)).toBe('revoked');
    expect([4, 5, 9].map((seq) => isSuspect(revoked, seq, 'ID', old.signing.kid))).toEqual([false, true, true]);
    expect(isSuspect(revoked, 20, 'ID', old.signing.kid)).toBe(false);
    expect(isSuspect(revoked, 15, 'ID', next.signing.kid)).toBe(false);
    expect(isSuspect(revoked, 7, 'MY', old.signing.kid)).toBe(false);
    expect(isSuspect(rotated, 7, 'ID', old.signing.kid)).toBe(false);
  });

  it('stands by the rotation that brought the revoking key', () => {
    expect(isVoid(revoked, 10)).toBe(false);
    expect(isSuspect(revoked, 10, 'ID', old.signing.kid)).toBe(false);
    expect(statusOf(revoked, 'ID', next.signing.kid)).toBe('current');
  });

  it('refuses itself, strangers, a time to come, and nothing new', () => {
    const cases: [string, number][] = [
      [next.signing.kid, 5],
      [keysOf(run, 'MY').signing.kid, 5],
      [old.signing.kid, 21],
    ];
    for (const [kid, since] of cases) {
      expect(codeOf(applyStateEvent(rotated, 20, revocation('ID', kid, since, next.signing)))).toBe('bad-state');
    }
    expect(codeOf(applyStateEvent(revoked, 22, revocation('ID', old.signing.kid, 5, next.signing)))).toBe('bad-state');
    expect(codeOf(applyStateEvent(revoked, 22, revocation('ID', old.signing.kid, 5, old.signing)))).toBe('key-revoked');
    expect(codeOf(applyStateEvent(rotated, 22, revocation('ID', next.signing.kid, 5, old.signing)))).toBe(
      'bad-signature',
    );
  });

  it('may name an earlier "since" later, and still refuses from the first revocation on', () => {
    const wider = apply(revoked, 30, revocation('ID', old.signing.kid, 2, next.signing));
    expect([1, 2, 9].map((seq) => isSuspect(wider, seq, 'ID', old.signing.kid))).toEqual([false, true, true]);
    expect(isSuspect(wider, 25, 'ID', old.signing.kid)).toBe(false);
  });

  it('takes a witness or encryption key out of use', () => {
    const dropped = apply(start, 12, revocation('ID', old.witness.kid, 8, old.signing));
    expect(coSigners(dropped).map(({ member }) => member)).not.toContain('ID');
    expect(quorum(dropped)).toBe(quorum(start));
    expect(sealKeys(apply(start, 12, revocation('ID', old.encryption.kid, 8, old.signing)), ['ID']).size).toBe(0);
    expect(isSuspect(dropped, 9, 'ID', old.signing.kid)).toBe(false);
  });

  it('can be confirmed away, entry by entry, by a current key', () => {
    const confirm = (seqs: number[]) => envelopeOf('ID', 'key.confirm', { seqs }, next.signing);
    const lifted = apply(revoked, 25, confirm([6, 7]));
    expect([5, 6, 7, 8].map((seq) => isSuspect(lifted, seq, 'ID', old.signing.kid))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(codeOf(applyStateEvent(lifted, 26, confirm([6])))).toBe('bad-state');
    expect(codeOf(applyStateEvent(lifted, 26, confirm([4])))).toBe('bad-state');
    expect(codeOf(applyStateEvent(lifted, 26, confirm([20])))).toBe('bad-state');
    const other = envelopeOf('MY', 'key.confirm', { seqs: [8] }, keysOf(run, 'MY').signing);
    expect(codeOf(applyStateEvent(lifted, 26, other))).toBe('bad-state');
  });
});

describe('void events', () => {
  const second = generateRunKeys();
  const third = generateRunKeys();
  const late = generateRunKeys();
  // The Secretariat's key is in other hands from 20 on: they let LA in, which then rotates; MY is put out.
  const early = apply(start, 15, joining(run, 'KH', generateRunKeys()));
  const inside = apply(early, 20, joining(run, 'LA', late));
  const lateNext = generateRunKeys();
  const laRotated = apply(inside, 22, rotation(run, 'LA', lateNext, late.signing));
  const out = apply(laRotated, 24, leaving(run, 'MY'));
  const rotated = apply(out, 26, rotation(run, SECRETARIAT, second));
  const revoked = apply(rotated, 30, revocation(SECRETARIAT, secretariat.signing.kid, 18, second.signing));

  it('have no effect from R on, and neither has what rested on them', () => {
    expect([15, 20, 22, 24, 26].map((seq) => isVoid(revoked, seq))).toEqual([false, true, true, true, false]);
    expect(roster(revoked)).toEqual(['ID', 'KH', 'MY', 'PH', 'SEC', 'SG', 'TH']);
    expect(statusOf(revoked, 'LA', lateNext.signing.kid)).toBe('left');
    expect(statusOf(revoked, 'MY', keysOf(run, 'MY').signing.kid)).toBe('current');
    expect(quorum(revoked)).toBe(5);
  });

  it('had their effect until R: positions before keep their answer', () => {
    expect(roster(directoryAt(revoked, 30))).toEqual(['ID', 'KH', 'LA', 'PH', 'SEC', 'SG', 'TH']);
    expect(statusOf(revoked, 'LA', late.signing.kid, 21)).toBe('current');
    expect(statusOf(revoked, 'LA', lateNext.signing.kid, 30)).toBe('current');
    expect(statusOf(revoked, 'MY', keysOf(run, 'MY').signing.kid, 28)).toBe('left');
  });

  it('stay void through a later fold, and keys of a fallen member are not taken up by others', () => {
    const again = apply(revoked, 40, rotation(run, SECRETARIAT, third, second.signing));
    const twice = apply(again, 50, revocation(SECRETARIAT, second.signing.kid, 45, third.signing));
    expect([20, 22, 24].map((seq) => isVoid(twice, seq))).toEqual([true, true, true]);
    expect(codeOf(applyStateEvent(twice, 60, joining(run, 'TL', late, third.signing)))).toBe('bad-state');
  });

  it('keep the entry from which on they are void, when a later revocation reaches over them again', () => {
    const wider = apply(revoked, 40, revocation(SECRETARIAT, secretariat.signing.kid, 14, second.signing));
    expect([15, 20, 24].map((seq) => wider.voids.get(seq))).toEqual([40, 30, 30]);
    expect(roster(wider)).toEqual(['ID', 'MY', 'PH', 'SEC', 'SG', 'TH']);
  });

  it('can be done again by signing them anew, with the same keys', () => {
    for (const keys of [late, lateNext, generateRunKeys()]) {
      const back = apply(revoked, 40, joining(run, 'LA', keys, second.signing));
      expect(roster(back)).toContain('LA');
      expect(statusOf(back, 'LA', keys.signing.kid)).toBe('current');
      const once = back.members.get('LA')?.keys.filter(({ key }) => key.kid === keys.signing.kid);
      expect(once).toHaveLength(1);
    }
  });

  it('never are genesis: the epoch hangs on it', () => {
    const all = apply(rotated, 30, revocation(SECRETARIAT, secretariat.signing.kid, 0, second.signing));
    expect(isVoid(all, 0)).toBe(false);
    expect([15, 20, 26].map((seq) => isVoid(all, seq))).toEqual([true, true, false]);
    expect(roster(all)).toEqual(roster(start));
  });
});

describe('a recovery that became void', () => {
  const recovered = generateRunKeys();
  const second = generateRunKeys();
  const approvers = [SECRETARIAT, 'MY', 'PH', 'SG'];
  const anew = [second.signing, 'MY', 'PH', 'SG'];
  const wrong = apply(start, 20, recovery(run, 'ID', recovered, [], approvers));
  const rotated = apply(wrong, 26, rotation(run, SECRETARIAT, second));
  const undone = apply(rotated, 30, revocation(SECRETARIAT, secretariat.signing.kid, 18, second.signing));

  it('gives the member its keys of before, and none beside them', () => {
    expect(isVoid(undone, 20)).toBe(true);
    expect(statusOf(undone, 'ID', keysOf(run, 'ID').signing.kid)).toBe('current');
    expect(statusOf(undone, 'ID', recovered.signing.kid)).toBe('replaced');
    expect(sealKeys(undone, ['ID']).get('ID')?.kid).toBe(keysOf(run, 'ID').encryption.kid);
    expect(coSigners(undone).filter(({ member }) => member === 'ID')).toHaveLength(1);
  });

  it('is done again by signing it anew', () => {
    const envelope = recovery(run, 'ID', recovered, [], anew, second.signing);
    const back = apply(undone, 40, envelope);
    expect(statusOf(back, 'ID', recovered.signing.kid)).toBe('current');
  });

  it('leaves its keys to the member, and to no other', () => {
    const taken = rotation(run, 'MY', { ...generateRunKeys(), witness: recovered.witness });
    expect(codeOf(applyStateEvent(undone, 40, taken))).toBe('bad-state');
    const back = apply(undone, 40, rotation(run, 'ID', recovered));
    expect(statusOf(back, 'ID', recovered.signing.kid)).toBe('current');
    expect(statusOf(back, 'ID', keysOf(run, 'ID').signing.kid)).toBe('replaced');
  });
});

describe('recovery', () => {
  const old = keysOf(run, 'ID');
  const next = generateRunKeys();
  const thief = generateRunKeys();
  const four = [SECRETARIAT, 'MY', 'PH', 'SG'];
  const apply4 = (approvers: Parameters<typeof recovery>[4], revokes = [{ kid: old.signing.kid, since: 5 }]): string =>
    codeOf(applyStateEvent(start, 20, recovery(run, 'ID', next, revokes, approvers)));

  it('gives a member new keys and revokes the old ones', () => {
    const after = apply(start, 20, recovery(run, 'ID', next, [{ kid: old.signing.kid, since: 5 }], four));
    expect(statusOf(after, 'ID', old.signing.kid, 20)).toBe('current');
    expect(statusOf(after, 'ID', old.signing.kid)).toBe('revoked');
    expect(statusOf(after, 'ID', next.signing.kid)).toBe('current');
    expect(isSuspect(after, 6, 'ID', old.signing.kid)).toBe(true);
  });

  it('undoes what a thief did with a stolen key: rotation, revocation and all', () => {
    const taken = apply(start, 10, rotation(run, 'ID', thief));
    const worse = apply(taken, 12, revocation('ID', old.signing.kid, 0, thief.signing));
    const revokes = [
      { kid: old.signing.kid, since: 9 },
      { kid: thief.signing.kid, since: 10 },
    ];
    // The thief's revocation names 0; that mark goes with the event that set it.
    const refused = applyStateEvent(worse, 20, recovery(run, 'ID', next, revokes, four));
    expect(codeOf(refused)).toBe('ok');
    if (!refused.ok) return;
    const after = refused.directory;
    expect([10, 12].map((seq) => isVoid(after, seq))).toEqual([true, true]);
    expect(statusOf(after, 'ID', thief.signing.kid)).toBe('revoked');
    expect(statusOf(after, 'ID', next.signing.kid)).toBe('current');
    expect([8, 9].map((seq) => isSuspect(after, seq, 'ID', old.signing.kid))).toEqual([false, true]);
    expect(isSuspect(after, 11, 'ID', thief.signing.kid)).toBe(true);
    expect(isSuspect(after, 10, 'ID', old.signing.kid)).toBe(true);
    const again = { ...generateRunKeys(), signing: thief.signing };
    expect(codeOf(applyStateEvent(after, 30, rotation(run, 'ID', again, next.signing)))).toBe('bad-state');
  });

  it('takes the Secretariat and three other members, each once, with current keys, and not the one concerned', () => {
    expect(apply4(four)).toBe('ok');
    expect(apply4([...four, 'TH'])).toBe('ok');
    expect(apply4(['MY', 'PH', 'SG', 'TH'])).toBe('not-allowed');
    expect(apply4([SECRETARIAT, 'MY', 'PH', 'ID'])).toBe('not-allowed');
    expect(apply4([...four, 'ID'])).toBe('not-allowed');
    expect(apply4([SECRETARIAT, 'MY', 'MY', 'PH'])).toBe('not-allowed');
    expect(apply4([...four, 'SG'])).toBe('not-allowed');
    const forged = { ...generateRunKeys().signing, kid: keysOf(run, 'SG').signing.kid };
    expect(apply4([SECRETARIAT, 'MY', 'PH', forged])).toBe('bad-signature');
    expect(apply4([SECRETARIAT, 'MY', 'PH', generateRunKeys().signing])).toBe('bad-signature');
    expect(apply4([SECRETARIAT, 'MY', 'PH', keysOf(run, 'SG').witness])).toBe('bad-signature');
    expect(apply4([SECRETARIAT, 'MY', 'PH', run.hub])).toBe('bad-signature');
    const moved = apply(start, 10, rotation(run, 'SG', generateRunKeys()));
    expect(codeOf(applyStateEvent(moved, 20, recovery(run, 'ID', next, [], four)))).toBe('not-allowed');
    const gone = apply(start, 10, leaving(run, 'SG'));
    expect(codeOf(applyStateEvent(gone, 20, recovery(run, 'ID', next, [], four)))).toBe('not-allowed');
  });

  it('takes approvals of this very event only', () => {
    const other = recovery(run, 'ID', thief, [], four).claims.body;
    const mine = recovery(run, 'ID', next, [], four).claims.body;
    const swapped = envelopeOf(
      SECRETARIAT,
      'key.recover',
      { ...mine, approvals: other.approvals },
      secretariat.signing,
    );
    expect(codeOf(applyStateEvent(start, 20, swapped))).toBe('bad-form');
  });

  it('takes no approval that was given for another epoch', () => {
    const { member, block, revokes, approvals } = recovery(run, 'ID', next, [], four).claims.body as {
      member: string;
      block: string;
      revokes: { kid: string; since: number }[];
      approvals: string[];
    };
    const event = { member, block, revokes };
    const claims = { origin: 'test0001/practice/2', event: recoveryEventHash(event) };
    const elsewhere = signStatement('eads-approval+jws', claims, keysOf(run, 'SG').signing);
    const body = { ...event, approvals: [...approvals.slice(0, 3), elsewhere] };
    const envelope = envelopeOf(SECRETARIAT, 'key.recover', body, secretariat.signing);
    expect(codeOf(applyStateEvent(start, 20, envelope))).toBe('bad-form');
  });

  it('refuses the Secretariat, an absent member, a kept signing key, a foreign key to revoke', () => {
    const code = (member: string, keys = generateRunKeys(), revokes: { kid: string; since: number }[] = []) =>
      codeOf(applyStateEvent(start, 20, recovery(run, member, keys, revokes, [SECRETARIAT, 'PH', 'SG', 'TH'])));
    expect(code('ID')).toBe('ok');
    expect(code(SECRETARIAT)).toBe('bad-state');
    expect(code('LA')).toBe('bad-state');
    expect(code('ID', { ...generateRunKeys(), signing: old.signing })).toBe('bad-state');
    expect(code('ID', generateRunKeys(), [{ kid: keysOf(run, 'PH').signing.kid, since: 3 }])).toBe('bad-state');
    expect(code('ID', generateRunKeys(), [{ kid: old.signing.kid, since: 21 }])).toBe('bad-state');
    const twice = [
      { kid: old.signing.kid, since: 3 },
      { kid: old.signing.kid, since: 2 },
    ];
    expect(code('ID', generateRunKeys(), twice)).toBe('bad-form');
  });
});
