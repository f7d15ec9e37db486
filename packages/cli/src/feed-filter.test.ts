import type { DeskEntry, FeedEntry } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { createFilter, type FeedFilter, globToRegExp } from './feed-filter.ts';

const salt = 'AAAAAAAAAAAAAAAAAAAAAA==';
const entry = (over: Partial<FeedEntry>): FeedEntry =>
  ({
    seq: 1,
    from: 'ID',
    code: 'accepted',
    kind: 'notice.publish',
    openings: [
      ['ID', 'none', salt, salt, 0],
      ['MY', 'deliver', salt, salt, 1],
      ['TH', 'returned:not-releasable', salt, salt, 0],
      ['VN', 'none', salt, salt, 0],
    ],
    ...over,
  }) as FeedEntry;
const none: FeedFilter = { kinds: [], members: [], codes: [] };
const fits = (filter: Partial<FeedFilter>, over: Partial<FeedEntry> = {}): boolean =>
  createFilter({ ...none, ...filter })(entry(over));

describe('filters of the feed', () => {
  it('let everything through when nothing is asked', () => {
    expect(fits({})).toBe(true);
    expect(fits({}, { kind: null, code: 'bad-form' })).toBe(true);
  });

  it.each([
    ['notice.*', true],
    ['*.publish', true],
    ['notice.publis?', true],
    ['notice', false],
    ['noticexpublish', false],
    ['n.*', false],
    ['[a-z]+', false],
  ])('match the kind by the glob %s: %s', (glob, expected) => {
    expect(fits({ kinds: [glob] })).toBe(expected);
  });

  it('take a dot in a glob for a dot', () => {
    expect(globToRegExp('a.b').test('axb')).toBe(false);
    expect(globToRegExp('(*)').test('(x)')).toBe(true);
  });

  it('find members as author, as recipient, and where it was returned; not where it passed them by', () => {
    expect(fits({ members: ['ID'] })).toBe(true);
    expect(fits({ members: ['MY'] })).toBe(true);
    expect(fits({ members: ['TH'] })).toBe(true);
    expect(fits({ members: ['VN'] })).toBe(false);
    expect(fits({ members: ['VN', 'MY'] })).toBe(true);
  });

  it('match codes, and all lists together', () => {
    expect(fits({ codes: ['accepted'] })).toBe(true);
    expect(fits({ codes: ['not-owner'] })).toBe(false);
    expect(fits({ codes: ['accepted'], kinds: ['recall.*'] })).toBe(false);
  });

  it("work on a member's own feed", () => {
    const desk = { seq: 1, claims: { from: 'MY', to: ['ID', 'TH'], kind: 'direct.message' } } as unknown as DeskEntry;
    const of = (filter: object) => createFilter({ ...none, ...filter })(desk);
    expect(of({ kinds: ['direct.*'] })).toBe(true);
    expect(of({ members: ['TH'] })).toBe(true);
    expect(of({ members: ['MY'] })).toBe(true);
    expect(of({ members: ['SG'] })).toBe(false);
  });
});
