import { createHash } from 'node:crypto';
import { type Claims, ENVELOPE_BYTES, KINDS } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { makeEnvelope, openEnvelope } from './envelope.ts';
import { signCompact, verifyCompactSync } from './jws.ts';
import { generateSigningKey } from './keys.ts';
import { sampleNotice } from './testing/notice.ts';
import { claimsOf } from './testing/run.ts';

const key = generateSigningKey();
const publishing = claimsOf('ID', 'notice.publish', { notice: sampleNotice });
const cancel = (more: Partial<Claims> = {}, from = 'ID', body: object = {}) =>
  claimsOf(from, 'notice.cancel', { ref: `ID/${publishing.id}`, version: 2, reason: 'Found.', ...body }, more);
const open = (claims: object, typ: Parameters<typeof signCompact>[0] = 'eads+jws') =>
  openEnvelope(signCompact(typ, claims, key));
const code = (claims: object, typ?: Parameters<typeof signCompact>[0]): string => {
  const opened = open(claims, typ);
  return opened.ok ? (opened.envelope.objection?.code ?? 'ok') : opened.refusal.code;
};
const refusal = (claims: object) => {
  const opened = open(claims);
  if (opened.ok) throw new Error('it opened');
  return opened.refusal;
};

describe('an envelope', () => {
  it('is made, opens and verifies', () => {
    const envelope = makeEnvelope(publishing, key);
    const opened = openEnvelope(envelope.jws);
    expect(opened).toMatchObject({ ok: true, envelope: { kind: { kind: 'notice.publish' }, objection: null } });
    if (!opened.ok) return;
    expect(opened.envelope.claims).toEqual(publishing);
    expect(verifyCompactSync(opened.envelope.parsed, key)).toBe(true);
    expect(Buffer.from(opened.envelope.hash)).toEqual(createHash('sha256').update(envelope.jws).digest());
  });

  it('takes the version of its kind from the register', () => {
    const { v: _, ...rest } = publishing;
    expect(makeEnvelope(rest, key).claims.v).toBe(1);
    expect(() => makeEnvelope({ ...rest, kind: 'notice.sing' }, key)).toThrow(/not known/);
  });

  it('is not made when nobody would take it', () => {
    const attempt = (claims: Claims) => () => makeEnvelope(claims, key);
    expect(attempt({ ...publishing, body: {} })).toThrow(expect.objectContaining({ code: 'bad-form' }));
    expect(attempt({ ...publishing, to: ['TH', 'MY'] })).toThrow(expect.objectContaining({ code: 'bad-form' }));
    expect(attempt({ ...publishing, nonce: 'AAAA' })).toThrow(/nonce/);
  });

  it('keeps the order of members that was signed', () => {
    const { body, ...rest } = publishing;
    const opened = open({ body, ...rest });
    expect(opened.ok && Object.keys(opened.envelope.claims)[0]).toBe('body');
  });

  it('signed for another purpose has a bad signature', () => {
    expect(code(publishing, 'eads-inner+jws')).toBe('bad-signature');
    expect(code(publishing, 'eads-session+jws')).toBe('bad-signature');
  });

  it('over 48 KiB is too large, however it reads', () => {
    expect(openEnvelope('x'.repeat(ENVELOPE_BYTES + 1))).toMatchObject({ ok: false, refusal: { code: 'too-large' } });
    expect(openEnvelope('x'.repeat(ENVELOPE_BYTES))).toMatchObject({ ok: false, refusal: { code: 'bad-form' } });
  });

  it('of an unknown kind or version is well formed, and objected to once its signature holds', () => {
    expect(code({ ...publishing, kind: 'notice.sing', body: { anything: [1] } })).toBe('kind-unknown');
    expect(code({ ...publishing, v: 2 })).toBe('kind-unknown');
    const opened = open({ ...publishing, kind: 'toString', body: {} });
    expect(opened.ok).toBe(false);
    const proto = open({ ...publishing, kind: 'constructor', body: {} });
    expect(proto).toMatchObject({ ok: true, envelope: { kind: null } });
  });

  it.each([
    ['no origin', { origin: undefined }],
    ['a member too many', { extra: 1 }],
    ['an upper-case id', { id: publishing.id.toUpperCase() }],
    ['an id of version 4', { id: '3f0c1c1e-9b1a-4c39-8d5f-2a7f0a3f6c11' }],
    ['a foreign sender', { from: 'XYZW' }],
    ['a time without milliseconds', { sentAt: '2026-11-25T08:00:00Z' }],
    ['a day that is none', { sentAt: '2026-02-30T08:00:00.000Z' }],
    ['a body that is a list', { body: [] }],
    ['an unsorted "to"', { to: ['TH', 'MY'] }],
    ['a doubled "to"', { to: ['MY', 'MY'] }],
    ['a nonce with spare bits', { nonce: `${'A'.repeat(21)}B` }],
    ['a short nonce', { nonce: 'AAAA' }],
    ['a version of zero', { v: 0 }],
    ['a subject that does not fit', { body: { notice: { ...sampleNotice, type: 'stolen-object' } } }],
    ['a body of another kind', { body: { seqs: [1] } }],
    ['a control character', { body: { notice: { ...sampleNotice, circumstances: 'a\u0007b' } } }],
  ])('with %s is of bad form', (_, changed) => {
    expect(code({ ...publishing, ...changed })).toBe('bad-form');
  });

  it('says where it is wrong, gives its hash and the id where there is one', () => {
    const wrong = refusal({ ...publishing, body: { notice: { ...sampleNotice, action: 'sing' } } });
    expect(wrong.why).toMatch(/notice\.action/);
    expect(wrong.id).toBe(publishing.id);
    expect(wrong.hash).toHaveLength(32);
    expect(refusal({ ...publishing, id: 'x' }).id).toBeNull();
    expect(openEnvelope('rubbish')).toMatchObject({ ok: false, refusal: { id: null, code: 'bad-form' } });
  });
});

describe('whom an envelope is for', () => {
  it('follows the rule of its kind', () => {
    const statement = { through: 4, rseq: 2 };
    expect(code(claimsOf('ID', 'delivery.statement', statement, { to: [] }))).toBe('ok');
    expect(code(claimsOf('ID', 'delivery.statement', statement))).toBe('bad-form');
    expect(code(claimsOf('ID', 'delivery.statement', statement, { to: ['MY'] }))).toBe('bad-form');
    expect(code(claimsOf('ID', 'erase', { seqs: [1], reason: '' }))).toBe('ok');
    expect(code(claimsOf('ID', 'erase', { seqs: [1], reason: '' }, { to: ['MY'] }))).toBe('bad-form');
    const ack = { ref: `ID/${publishing.id}`, held: true };
    expect(code(claimsOf('MY', 'recall.ack', ack, { to: ['ID'] }))).toBe('ok');
    expect(code(claimsOf('MY', 'recall.ack', ack))).toBe('bad-form');
    expect(code(claimsOf('MY', 'recall.ack', ack, { to: [] }))).toBe('bad-form');
    expect(code(cancel({ to: ['MY', 'SEC'] }))).toBe('ok');
    expect(code(cancel({ to: [] }))).toBe('bad-form');
  });

  it('never is its own sender', () => {
    expect(code(cancel({ to: ['ID', 'MY'] }))).toBe('bad-form');
  });
});

describe('who may author a kind', () => {
  it('is objected to once the signature holds, for every kind', () => {
    expect(code(cancel())).toBe('ok');
    expect(code(cancel({}, 'SEC'))).toBe('not-allowed');
    expect(code(cancel({}, 'HUB'))).toBe('not-allowed');
    const open = { reason: 'The trainer said so.' };
    expect(code(claimsOf('HUB', 'ledger.open', open))).toBe('ok');
    expect(code(claimsOf('SEC', 'ledger.open', open))).toBe('not-allowed');
    const leave = { member: 'MY', reason: '' };
    expect(code(claimsOf('SEC', 'member.leave', leave))).toBe('ok');
    expect(code(claimsOf('ID', 'member.leave', leave))).toBe('not-allowed');
    expect(code(claimsOf('HUB', 'erase', { seqs: [1], reason: '' }))).toBe('not-allowed');
  });

  it('knows every rule that the register uses', () => {
    expect(new Set(KINDS.map(({ authors }) => authors))).toEqual(
      new Set(['forces', 'forces-and-secretariat', 'hub', 'secretariat']),
    );
  });
});
