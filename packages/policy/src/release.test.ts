import { type Claims, erase, kindOf } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { noticeOutcome } from './ownership.ts';
import { decideRelease, reachesNobody } from './release.ts';
import { RELEASE_RULES } from './rules.ts';

const claims = (over: Partial<Claims> = {}): Claims => ({
  origin: 'a/b/1',
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  kind: 'notice.publish',
  v: 1,
  from: 'ID',
  actor: 'seat-1',
  to: 'all',
  sentAt: '2026-11-25T00:00:00.000Z',
  inReplyTo: null,
  handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  body: {},
  ...over,
});
const roster = ['ID', 'MY', 'SEC', 'TL'];
const publish = kindOf('notice.publish', 1);
const rotate = kindOf('key.rotate', 1);
if (!publish || !rotate) throw new Error('kinds are missing');

describe('release', () => {
  it('gives "all" to everyone on the roster but the sender', () => {
    expect(decideRelease(publish, { claims: claims(), roster })).toEqual(['none', 'deliver', 'deliver', 'deliver']);
  });
  it('gives named members only, and says nothing of the others', () => {
    expect(decideRelease(publish, { claims: claims({ to: ['MY'] }), roster })).toEqual([
      'none',
      'deliver',
      'none',
      'none',
    ]);
  });
  it('returns what is not releasable to a recipient, naming the rule', () => {
    const handling = { ...claims().handling, releasableTo: ['MY'] };
    expect(decideRelease(publish, { claims: claims({ handling }), roster })).toEqual([
      'none',
      'deliver',
      'returned:not-releasable',
      'returned:not-releasable',
    ]);
  });
  it('keeps TLP:RED to named recipients', () => {
    const handling = { ...claims().handling, tlp: 'RED' as const };
    const decisions = decideRelease(publish, { claims: claims({ handling }), roster });
    expect(decisions.slice(1)).toEqual(Array(3).fill('returned:named-recipients-only'));
    expect(reachesNobody(decisions)).toBe(true);
    expect(decideRelease(publish, { claims: claims({ handling, to: ['TL'] }), roster })[3]).toBe('deliver');
  });
  it('lets state events through whatever their handling says', () => {
    const handling = { ...claims().handling, tlp: 'RED' as const, releasableTo: [] };
    expect(decideRelease(rotate, { claims: claims({ kind: 'key.rotate', handling }), roster })).toEqual([
      'none',
      'deliver',
      'deliver',
      'deliver',
    ]);
  });
  it('lets erasures through too: a redelivery names them', () => {
    const handling = { ...claims().handling, releasableTo: [] };
    expect(decideRelease(erase, { claims: claims({ kind: 'erase', handling }), roster })[1]).toBe('deliver');
  });
  it('denies where a rule throws', () => {
    const broken = {
      id: 'broken',
      says: '',
      source: 'exercise assumption' as const,
      allows: () => {
        throw new Error('no');
      },
    };
    expect(decideRelease(publish, { claims: claims(), roster }, [...RELEASE_RULES, broken])[1]).toBe('returned:broken');
  });
  it('does not call an entry for nobody unreachable', () => {
    expect(reachesNobody(decideRelease(publish, { claims: claims({ to: [] }), roster }))).toBe(false);
  });
});

describe('ownership', () => {
  const ref = 'ID/01890a5d-ac96-774b-bcce-b302099a8057';
  const known = { ref, owner: 'ID', version: 1, closed: false };
  const update = (version: number, from: Claims['from'] = 'ID') =>
    claims({ kind: 'notice.update', from, body: { ref, version } });
  it('founds a notice with its publication', () => {
    expect(noticeOutcome(claims(), undefined)).toEqual({ change: known });
  });
  it.each([
    ['an unknown notice', update(2), undefined, 'unknown-notice'],
    ['another force', update(2, 'MY'), known, 'not-owner'],
    ['another force, in the same words where there is no such notice', update(2, 'MY'), undefined, 'not-owner'],
    ['another owner than the reference says', update(2), { ...known, owner: 'MY' }, 'not-owner'],
    ['a version that is taken', update(1), known, 'stale-version'],
    ['a version that leaves one out', update(3), known, 'stale-version'],
    ['a cancelled notice', update(2), { ...known, closed: true }, 'notice-closed'],
  ] as const)('refuses %s', (_name, message, state, refused) => {
    expect(noticeOutcome(message, state)).toEqual({ refused });
  });
  it('closes with a cancellation', () => {
    expect(noticeOutcome(claims({ kind: 'notice.cancel', body: { ref, version: 2 } }), known)).toEqual({
      change: { ...known, version: 2, closed: true },
    });
  });
  it('leaves other kinds alone', () => {
    expect(noticeOutcome(claims({ kind: 'direct.message' }), undefined)).toBeNull();
  });
});
