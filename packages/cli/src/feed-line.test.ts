import type { DeskEntry, FeedEntry } from '@eads/protocol';
import { sampleNotice } from '@eads/samples';
import { describe, expect, it } from 'vitest';
import { deskLine, feedLine } from './feed-line.ts';

const paint = (_: string, text: string): string => text;
const salt = 'AAAAAAAAAAAAAAAAAAAAAA==';
const notice = sampleNotice('line', { force: 'ID', year: 2026, serial: 1, on: '2026-03-01', type: 'wanted' });
const claims = { from: 'ID', to: 'all', kind: 'notice.publish', body: { notice } };
const entry = (over: object = {}): FeedEntry =>
  ({
    seq: 42,
    time: '2026-03-01T12:00:00.000Z',
    from: 'ID',
    code: 'accepted',
    kind: 'notice.publish',
    erasedBy: null,
    openings: [
      ['ID', 'none', salt, salt, 0],
      ['MY', 'deliver', salt, salt, 1],
      ['TH', 'returned:not-releasable', salt, salt, 0],
    ],
    claims,
    ...over,
  }) as unknown as FeedEntry;

describe('a line of the feed', () => {
  it('says who, to whom, what, and who got it', () => {
    const line = feedLine(entry(), paint);
    expect(line).toMatch(/^\d\d:\d\d:\d\d {2}#42 +ID > all +notice\.publish +EX-ID-2026-000001 wanted: /);
    expect(line).toMatch(/\[1 delivered; returned: TH not-releasable\]$/);
  });

  it('says why one was refused, also where nothing of it could be read', () => {
    const line = feedLine(entry({ code: 'bad-signature', kind: null, claims: null, openings: [] }), paint);
    expect(line).toContain('bad-signature: The signature does not hold for these bytes');
  });

  it('shows versions, withdrawals and erasures', () => {
    const update = { ...claims, kind: 'notice.update', body: { notice, version: 3 } };
    expect(feedLine(entry({ claims: update }), paint)).toContain('(version 3)');
    const cancel = { ...claims, kind: 'notice.cancel', body: { ref: 'ID/x', reason: 'Found.' } };
    expect(feedLine(entry({ claims: cancel }), paint)).toContain('ID/x: Found.');
    expect(feedLine(entry({ erasedBy: 'SEC/y' }), paint)).toContain('erased by SEC/y');
  });

  it('is one line, whatever a message says', () => {
    const nasty = { ...claims, kind: 'x.y', body: { reason: 'a\nb\u001b[31mc\u202ed\u0000e' } };
    const line = feedLine(entry({ claims: nasty }), paint);
    expect(line).toContain('a bcd e');
    expect(line).not.toMatch(/\p{Cc}/u);
  });

  it('tells no number of deliveries of what is for nobody', () => {
    expect(feedLine(entry({ claims: { ...claims, to: [], body: {} }, openings: [] }), paint)).not.toContain(
      'delivered',
    );
  });

  it('of a member shows what was opened, and what still waits', () => {
    const desk = {
      seq: 7,
      time: '2026-03-01T12:00:00.000Z',
      state: 'pending',
      erasedBy: null,
      claims: { from: 'MY', to: ['ID'], kind: 'direct.message', body: {} },
      inner: { subject: 'Vehicle', text: '…' },
    } as unknown as DeskEntry;
    expect(deskLine(desk, paint)).toMatch(/MY > ID +direct\.message +Vehicle \[pending\]$/);
    expect(deskLine({ ...desk, state: 'done', claims: null, inner: null }, paint)).toMatch(/\? > \?/);
  });
});
