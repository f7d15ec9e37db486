import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { accessFile, role } from './access.ts';
import { claims } from './claims.ts';
import { hubFrame, nodeFrame } from './frames.ts';
import { handling } from './handling.ts';
import { enrolmentBlock } from './keys.ts';
import { notice } from './notice/notice.ts';
import { protectedHeader } from './signed.ts';
import { base64Of, day, instant, messageId, messageRef, originName, plainText } from './text.ts';

const id = '019326a0-0000-7000-8000-0000000000aa';
const hash = `${'A'.repeat(43)}=`;
const good = {
  origin: 'a1b2/practice/1',
  id,
  kind: 'recall.ack',
  v: 1,
  from: 'ID',
  actor: 'seat-1',
  to: ['MY', 'SG'],
  sentAt: '2026-11-25T00:00:00.000Z',
  inReplyTo: `MY/${id}`,
  handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  body: {},
};

const refused = (schema: z.ZodType, value: unknown): void => {
  expect(schema.safeParse(value).success, JSON.stringify(value)).toBe(false);
};

describe('claims', () => {
  test('a good one', () => {
    expect(claims.parse(good)).toEqual(good);
    expect(claims.safeParse({ ...good, to: 'all', inReplyTo: null }).success).toBe(true);
    expect(claims.safeParse({ ...good, to: [], from: 'HUB' }).success).toBe(true);
  });

  test.each([
    ['origin of two parts', { origin: 'a1b2/practice' }],
    ['origin in capitals', { origin: 'A1B2/practice/1' }],
    ['origin with a line feed', { origin: 'a1b2/practice/1\n' }],
    ['UUID of version 4', { id: '019326a0-0000-4000-8000-0000000000aa' }],
    ['UUID in capitals', { id: id.toUpperCase() }],
    ['kind with a space', { kind: 'recall ack' }],
    ['kind that is a property of every object', { kind: '__proto__' }],
    ['version 0', { v: 0 }],
    ['version as text', { v: '1' }],
    ['author unknown', { from: 'INTERPOL' }],
    ['actor with a name', { actor: 'Jane Doe' }],
    ['recipients out of order', { to: ['SG', 'MY'] }],
    ['a recipient twice', { to: ['MY', 'MY'] }],
    ['the hub as recipient', { to: ['HUB'] }],
    ['everyone in capitals', { to: 'ALL' }],
    ['a time without milliseconds', { sentAt: '2026-11-25T00:00:00Z' }],
    ['a time with an offset', { sentAt: '2026-11-25T00:00:00.000+07:00' }],
    ['a day that is none', { sentAt: '2026-02-30T00:00:00.000Z' }],
    ['a reference without its author', { inReplyTo: id }],
    ['a nonce with loose bits', { nonce: `${'A'.repeat(21)}B` }],
    ['a nonce that is short', { nonce: 'AAAA' }],
    ['a body that is a list', { body: [] }],
    ['a body that is missing', { body: undefined }],
  ])('%s', (_name, change) => refused(claims, { ...good, ...change }));
});

describe('handling', () => {
  test.each([
    ['releasable out of order', { releasableTo: ['SG', 'ID'] }],
    ['another colour', { tlp: 'WHITE' }],
    ['caveat that turns the text round', { caveat: 'a\u202eb' }],
    ['caveat with an escape', { caveat: '\u001b[2J' }],
    ['caveat too long', { caveat: 'x'.repeat(501) }],
  ])('%s', (_name, change) => refused(handling, { ...good.handling, ...change }));
});

describe('frames', () => {
  const record = 'x'.repeat(150);
  const opening = ['deliver', `${'A'.repeat(22)}==`, `${'A'.repeat(22)}==`, 3];
  const deliver = {
    t: 'deliver',
    first: 7,
    items: [hash, { record, commitments: hash, envelope: 'a.b.c' }, { record, commitments: '', erasedBy: `ID/${id}` }],
    openings: [opening, null],
  };
  const hello = { t: 'hello', version: 1, session: 'a.b.c', next: 0, rseq: 0, checkpoint: null };
  const retry = {
    t: 'retry',
    items: [
      [id, 'overloaded'],
      [hash, 'frozen'],
    ],
    afterMs: 250,
  };

  test('good ones, each on its own way', () => {
    expect(hubFrame.parse(deliver)).toEqual(deliver);
    expect(hubFrame.parse(retry)).toEqual(retry);
    expect(nodeFrame.parse(hello)).toEqual(hello);
    refused(nodeFrame, deliver);
    refused(hubFrame, hello);
  });

  test.each([
    ['no item', { ...deliver, items: [] }],
    ['an item that is no hash', { ...deliver, items: ['x'] }],
    ['an opening that is short', { ...deliver, openings: [opening.slice(1)] }],
    ['a decision that no rule gave', { ...deliver, openings: [['returned', ...opening.slice(1)]] }],
    ['a cursor below 0', { ...deliver, first: -1 }],
    ['a cursor that is not whole', { ...deliver, first: 0.5 }],
    ['a cursor past what numbers hold', { ...deliver, first: 2 ** 53 }],
    ['retry with a code outside the table', { ...retry, items: [[id, 'teapot']] }],
    ['retry with acceptance', { ...retry, items: [[id, 'accepted']] }],
    ['retry that waits for ever', { ...retry, afterMs: 1e9 }],
    ['an error with a control character', { t: 'error', code: 'x', what: '\u0007', remedy: '' }],
  ])('hub: %s', (_name, frame) => refused(hubFrame, frame));

  test.each([
    ['no envelope', { t: 'publish', envelopes: [] }],
    ['too many envelopes', { t: 'publish', envelopes: new Array(257).fill('a.b.c') }],
    ['generation 0', { t: 'ack', generation: 0, next: 1 }],
    ['a session that is no JWS', { ...hello, session: 'a.b' }],
    ['a session that is padded', { ...hello, session: 'a.b.c=' }],
    ['a status that C2SP does not have', { t: 'cosigned', round: 1, status: 418, body: '' }],
    ['no t', { version: 1 }],
    ['t of another kind', { t: 'toString' }],
    ['a list', []],
    ['nothing', null],
  ])('node: %s', (_name, frame) => refused(nodeFrame, frame));
});

describe('texts', () => {
  test.each([
    ['origin', originName, 'a/b/c', ['a/b/c/d', '/b/c', 'a//c', `${'a'.repeat(33)}/b/c`]],
    ['id', messageId, id, [`${id} `, id.replaceAll('-', ''), '019326a0-0000-7000-c000-0000000000aa']],
    ['reference', messageRef, `SEC/${id}`, [`sec/${id}`, `ID ${id}`, `INT/${id}`]],
    ['instant', instant, '2024-02-29T23:59:59.999Z', ['2023-02-29T00:00:00.000Z', '2024-01-01T24:00:00.000Z']],
    ['day', day, '2024-02-29', ['2023-02-29', '2024-2-1', '2024-13-01']],
    ['base64 of 32', base64Of(32), hash, [`${'A'.repeat(43)}`, `${'A'.repeat(44)}`, `${'_'.repeat(43)}=`]],
    ['base64 of 16', base64Of(16), `${'A'.repeat(22)}==`, [`${'A'.repeat(23)}=`, '']],
    ['plain text', plainText(20), 'ကမ္ဘာ ไทย\n\tخط', ['\r', '\u0000', '\u2028', '\u2066x', 'x'.repeat(21)]],
  ] as const)('%s', (_name, schema, right, wrong) => {
    expect(schema.safeParse(right).success).toBe(true);
    for (const value of wrong) refused(schema, value);
  });
});

describe('keys and access', () => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
  const block = {
    origin: good.origin,
    member: 'ID',
    signing: jwk,
    encryption: { ...jwk, crv: 'X25519' },
    witness: null,
  };

  test('an enrolment block carries public keys only', () => {
    expect(enrolmentBlock.safeParse(block).success).toBe(true);
    refused(enrolmentBlock, { ...block, signing: { ...jwk, d: 'A'.repeat(43) } });
    refused(enrolmentBlock, { ...block, signing: { ...jwk, crv: 'X25519' } });
    refused(enrolmentBlock, { ...block, member: 'HUB' });
  });

  test('a protected header has its three fields and no other algorithm', () => {
    const header = { alg: 'Ed25519', kid: 'A'.repeat(43), typ: 'eads+jws' };
    expect(protectedHeader.safeParse(header).success).toBe(true);
    for (const change of [
      { alg: 'none' },
      { alg: 'EdDSA' },
      { typ: 'JWT' },
      { jwk },
      { crit: ['b64'] },
      { kid: 'x' },
    ]) {
      refused(protectedHeader, { ...header, ...change });
    }
  });

  test('roles, and the file that holds their tokens', () => {
    for (const name of ['trainer', 'evaluator', 'auditor', 'operator', 'SEC', 'ID']) {
      expect(role.safeParse(name).success).toBe(true);
    }
    for (const name of ['HUB', 'admin', 'id', '']) refused(role, name);
    const file = { url: 'http://127.0.0.1:8080', tokens: { ID: 'x'.repeat(43) } };
    expect(accessFile.safeParse(file).success).toBe(true);
    refused(accessFile, { ...file, tokens: { ID: 'short' } });
    refused(accessFile, { ...file, url: '8080' });
  });
});

describe('notice', () => {
  const person = {
    type: 'person',
    names: [{ use: 'main', full: 'Suparman', script: 'Latn', parts: [{ type: 'given', text: 'Suparman' }] }],
    born: { value: '1980-02', approximate: false, asWritten: '2523' },
    birthPlace: null,
    sex: 'male',
    nationalities: ['ID'],
    documents: [{ type: 'passport', number: 'EX1234567', country: 'ID' }],
    heightCm: 170,
    weightKg: null,
    eyes: [],
    hair: [],
    languages: ['IND'],
    marks: null,
    status: 'suspect',
    portrait: null,
  };
  const wanted = {
    number: 'EX-ID-2026-000001',
    type: 'wanted',
    subject: person,
    action: 'locate',
    legalBasis: { charges: [], warrants: [] },
    circumstances: '',
    grading: { source: 'A', information: '1' },
    validity: { from: '2026-01-01', until: '2026-12-31' },
    attachments: [],
    source: null,
  };

  test('a good one, with a mononym', () => {
    expect(notice.parse(wanted)).toEqual(wanted);
    expect(notice.safeParse({ ...wanted, type: 'unidentified-body', subject: { ...person, names: [] } }).success).toBe(
      true,
    );
  });

  test.each([
    ['a number that could be real', { number: 'ID-2026-000001' }],
    [
      'a document that could be real',
      { subject: { ...person, documents: [{ ...person.documents[0], number: 'A1234567' }] } },
    ],
    ['a person without a name', { subject: { ...person, names: [] } }],
    ['a stolen object that is a person', { type: 'stolen-object' }],
    ['a birthday that is none', { subject: { ...person, born: { ...person.born, value: '1980-02-30' } } }],
    ['validity that ends before it begins', { validity: { from: '2026-12-31', until: '2026-01-01' } }],
    ['a photograph', { subject: { ...person, portrait: 'data:image/jpeg;base64,' } }],
    [
      'an attachment over 10 MiB',
      { attachments: [{ sha256: 'a'.repeat(64), mediaType: 'image/png', bytes: 2 ** 24, title: 'x' }] },
    ],
  ])('%s', (_name, change) => refused(notice, { ...wanted, ...change }));
});
