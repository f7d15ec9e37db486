import { createHash } from 'node:crypto';
import { fullOpening, recipientOpening, senderOpening } from '@eads/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commit,
  commitAll,
  recipientOpeningOf,
  recipientsHash,
  rseqHash,
  senderOpeningOf,
  verifyFullOpenings,
  verifyRecipientOpening,
  verifyRecipients,
  verifySenderOpenings,
} from './commitment.ts';
import { codeOf } from './testing/code-of.ts';

const ROSTER = ['BN', 'ID', 'KH', 'SEC', 'TH'];
const DECISIONS = ['deliver', 'none', 'returned:not-releasable', 'deliver', 'none'];
const RSEQS = [1, 0, 44, 9_007_199_254_740_991, 3];
const counted = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => i * 7 + 3);
const sealed = commitAll(ROSTER, DECISIONS, RSEQS, counted);
const SALT = Buffer.alloc(16, 1).toString('base64');
const sha = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('one commitment', () => {
  test('is the SHA-256 of its five lines, r that of its three', () => {
    const r = sha(`eads-rseq/v1\n${SALT}\n12\n`).toString('base64');
    expect(rseqHash(SALT, 12)).toBe(r);
    expect(Buffer.from(commit('ID', 'deliver', SALT, r))).toEqual(
      sha(`eads-recipient/v1\nID\ndeliver\n${SALT}\n${r}\n`),
    );
  });

  test.each([
    ['a line feed in the member', () => commit('ID\nx', 'deliver', SALT, rseqHash(SALT, 1))],
    ['an unknown decision', () => commit('ID', 'delivered', SALT, rseqHash(SALT, 1))],
    ['a line feed in a rule', () => commit('ID', 'returned:a\nb', SALT, rseqHash(SALT, 1))],
    ['spare bits in a salt', () => rseqHash(SALT.replace('Q==', 'R=='), 1)],
    ['a short salt', () => rseqHash('AAAA', 1)],
    ['a negative rseq', () => rseqHash(SALT, -1)],
    ['a fractional rseq', () => rseqHash(SALT, 0.5)],
    ['a short r', () => commit('ID', 'deliver', SALT, SALT)],
  ])('refuses %s', (_name, run) => {
    expect(codeOf(run)).toBe('commitment-field');
  });
});

describe('commitments of a roster', () => {
  test('are those of its members one by one, and open in every way', () => {
    expect(sealed.commitments).toHaveLength(32 * ROSTER.length);
    ROSTER.forEach((member, i) => {
      const full = sealed.full[i];
      const sender = sealed.sender[i];
      if (full === undefined || sender === undefined) throw new Error('missing opening');
      expect(fullOpening.parse(full)).toEqual([member, DECISIONS[i], full[2], full[3], RSEQS[i]]);
      expect(senderOpening.parse(sender)).toEqual(senderOpeningOf(full));
      expect(recipientOpening.parse(recipientOpeningOf(full))).toEqual([full[1], full[2], full[3], full[4]]);
      const one = commit(member, full[1], full[2], rseqHash(full[3], full[4]));
      expect(Buffer.from(sealed.commitments.subarray(32 * i, 32 * i + 32))).toEqual(Buffer.from(one));
      expect(codeOf(() => verifyRecipientOpening(sealed.commitments, i, member, recipientOpeningOf(full)))).toBe('ok');
    });
    const hash = recipientsHash(sealed.commitments);
    expect(codeOf(() => verifyRecipients(sealed.commitments, hash))).toBe('ok');
    expect(codeOf(() => verifySenderOpenings(sealed.sender, hash))).toBe('ok');
    expect(codeOf(() => verifyFullOpenings(sealed.commitments, sealed.full))).toBe('ok');
  });

  test('take each salt once from the random bytes, in order', () => {
    const salts = sealed.full.flatMap((opening) => [opening[2], opening[3]]);
    expect(Buffer.concat(salts.map((salt) => Buffer.from(salt, 'base64')))).toEqual(Buffer.from(counted(160)));
    expect(new Set(salts).size).toBe(10);
  });

  test('hash the same as one array or many', () => {
    const many = ROSTER.map((_, i) => sealed.commitments.subarray(32 * i, 32 * i + 32));
    expect(recipientsHash(many)).toEqual(recipientsHash(sealed.commitments));
  });

  test('of an empty roster are empty', () => {
    const none = commitAll([], [], [], counted);
    expect(none.commitments).toHaveLength(0);
    expect(codeOf(() => verifySenderOpenings([], recipientsHash(none.commitments)))).toBe('ok');
  });

  test.each([
    ['fewer decisions than members', () => commitAll(ROSTER, ['deliver'], RSEQS, counted)],
    ['a roster out of order', () => commitAll(['TH', 'ID'], ['none', 'none'], [0, 0], counted)],
    ['a member twice', () => commitAll(['ID', 'ID'], ['none', 'none'], [0, 0], counted)],
    ['too few random bytes', () => commitAll(['ID'], ['none'], [0], () => new Uint8Array(16))],
    ['an unknown decision', () => commitAll(['ID'], ['maybe'], [0], counted)],
    ['an rseq that is no count', () => commitAll(['ID'], ['none'], [Number.NaN], counted)],
  ])('refuse %s', (_name, run) => {
    expect(codeOf(run)).toBe('commitment-field');
  });

  test('own their memory', () => {
    const first = commitAll(ROSTER, DECISIONS, RSEQS, counted);
    expect(first.commitments.buffer.byteLength).toBe(32 * ROSTER.length);
  });
});

describe('a lie', () => {
  test('about decision, salts or rseq is noticed by the recipient', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(3), fc.nat(), (at, field, put) => {
        const full = sealed.full[at];
        if (full === undefined) throw new Error('missing opening');
        const opening = [...recipientOpeningOf(full)] as [string, string, string, number];
        if (field === 0) opening[0] = opening[0] === 'none' ? 'deliver' : 'none';
        if (field === 1) opening[1] = SALT;
        if (field === 2) opening[2] = SALT;
        if (field === 3) opening[3] = put === opening[3] ? put + 1 : put;
        const lied = opening as unknown as Parameters<typeof verifyRecipientOpening>[3];
        expect(codeOf(() => verifyRecipientOpening(sealed.commitments, at, full[0], lied))).toBe('commitment-mismatch');
      }),
    );
  });

  test('about the place on the roster is noticed', () => {
    const full = sealed.full[1];
    if (full === undefined) throw new Error('missing opening');
    for (const at of [-4, -1, 0, 2, 5, 0.5]) {
      const run = () => verifyRecipientOpening(sealed.commitments, at, 'ID', recipientOpeningOf(full));
      expect(codeOf(run)).toBe('commitment-mismatch');
    }
  });

  test('to the sender about one recipient is noticed', () => {
    const hash = recipientsHash(sealed.commitments);
    const lied = sealed.sender.with(0, ['BN', 'none', sealed.sender[0]?.[2] ?? '', sealed.sender[0]?.[3] ?? '']);
    expect(codeOf(() => verifySenderOpenings(lied, hash))).toBe('recipients-mismatch');
    expect(codeOf(() => verifySenderOpenings(sealed.sender.slice(1), hash))).toBe('recipients-mismatch');
  });

  test('by commitments left out, added or cut is noticed', () => {
    const hash = recipientsHash(sealed.commitments);
    expect(codeOf(() => verifyRecipients(sealed.commitments.subarray(32), hash))).toBe('recipients-mismatch');
    expect(codeOf(() => verifyRecipients(sealed.commitments.subarray(1), hash))).toBe('recipients-mismatch');
    expect(codeOf(() => verifyFullOpenings(sealed.commitments, sealed.full.slice(1)))).toBe('commitment-mismatch');
    expect(codeOf(() => verifyFullOpenings(sealed.commitments, sealed.full.slice(0, -1)))).toBe('commitment-mismatch');
    const ragged = sealed.commitments.subarray(0, 33);
    expect(codeOf(() => verifyRecipients(ragged, recipientsHash(ragged)))).toBe('recipients-mismatch');
  });
});
