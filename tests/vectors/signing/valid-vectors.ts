import { type RunKeys, signEnrolment, signStatement } from '@eads/signing';
import { changed, claims, HUB, ID, jws, MY, ORIGIN, sha256, signBytes } from './material.ts';
import { openingKey } from './opening-key.ts';
import type { Vector, Vectors } from './vector.ts';

const keys: RunKeys = { signing: ID, encryption: openingKey, witness: MY, formerEncryption: [] };
const block = signEnrolment(ORIGIN, 'ID', keys);
const blockClaims = JSON.parse(Buffer.from(block.split('.')[1] as string, 'base64url').toString()) as object;

const good = (says: string, text: string, typ: Vector['typ'] = 'eads+jws', key = ID): Vector => ({
  says,
  typ,
  key: key.jwk.x,
  jws: text,
  expect: 'ok',
  jose: 'ok',
});
const reason = (text: string) => ({ body: { ...claims.body, reason: text } });
const enrol = (says: string, more: object, expect: string, key = ID): Vector => ({
  ...good(says, signBytes(JSON.stringify({ ...blockClaims, ...more }), 'eads-enrol+jws', key), 'eads-enrol+jws', key),
  expect,
});

/** What must be taken. */
const valid = (): Vectors => [
  ['valid/notice-cancel', good('A withdrawal, to all.', jws)],
  ['valid/named-addressees', good('To two members and the Secretariat.', changed({ to: ['MY', 'SEC', 'TH'] }))],
  ['valid/beyond-the-bmp', good('Characters outside the BMP, as themselves.', changed(reason('𝔼𝕏 😀 สวัสดี')))],
  ['valid/speaks-of-proto', good('__proto__ and an escape as mere words.', changed(reason('__proto__ and \\ud800')))],
  ['valid/line-feeds', good('Line feeds and tabs in their canonical escapes.', changed(reason('a\n\tb')))],
  ['valid/members-in-another-order', good('No order is laid down for claims.', reversed())],
  ['valid/head', good('A head, signed by the hub.', head(), 'eads-head+jws', HUB)],
  ['valid/approval', good('An approval of a recovery.', approval(), 'eads-approval+jws')],
  ['valid/enrolment', good('An enrolment block.', block, 'eads-enrol+jws')],
];

const reversed = (): string => signBytes(JSON.stringify(Object.fromEntries(Object.entries(claims).reverse())));
const head = (): string =>
  signStatement('eads-head+jws', { origin: ORIGIN, member: 'ID', size: 7, rseq: 2, time: claims.sentAt }, HUB);
const approval = (): string => signStatement('eads-approval+jws', { origin: ORIGIN, event: sha256('x') }, ID);

/** Blocks that prove nothing, or too much. */
const enrolments = (): Vectors => [
  [
    'enrolment/signed-by-another-key',
    enrol('Signed by MY: ID does not show that it holds its key.', {}, 'bad-signature', MY),
  ],
  ['enrolment/witness-is-signing-key', enrol('One key for two uses.', { witness: blockOf(ID) }, 'bad-key')],
  ['enrolment/witness-of-another-member', enrol('A witness key named for MY.', { member: 'MY' }, 'bad-form')],
  ['enrolment/witness-missing', enrol('A force without a witness key.', { witness: null }, 'bad-form')],
  [
    'enrolment/encryption-key-is-signing-key',
    enrol('The same 32 bytes for both.', { encryption: { kty: 'OKP', crv: 'X25519', x: ID.jwk.x } }, 'bad-key'),
  ],
  [
    'enrolment/encryption-key-all-zero',
    enrol(
      'A key under which every secret is zero.',
      { encryption: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } },
      'bad-key',
    ),
  ],
  [
    'enrolment/with-a-private-key',
    enrol('A private member in a public key.', { signing: { ...ID.jwk, d: 'A'.repeat(43) } }, 'bad-form'),
  ],
];

const blockOf = (witness: RunKeys['witness']): string => {
  const other = signEnrolment(ORIGIN, 'ID', { ...keys, signing: MY, witness });
  return JSON.parse(Buffer.from(other.split('.')[1] as string, 'base64url').toString()).witness;
};

/** Valid texts of several types, and enrolment blocks. */
export const validVectors = (): Vectors => [...valid(), ...enrolments()];
