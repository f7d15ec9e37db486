import { ENVELOPE_BYTES } from '@eads/protocol';
import { changed, claims, encode, ID, payload, signBytes } from './material.ts';
import type { Vector, Vectors } from './vector.ts';

const signed = (says: string, jws: string, expect: string): Vector => ({
  says,
  typ: 'eads+jws',
  key: ID.jwk.x,
  jws,
  expect,
  jose: 'ok',
});
const bytes = (says: string, text: string | Uint8Array): Vector => signed(says, signBytes(text), 'bad-form');
const spelled = (says: string, from: string, to: string): Vector => {
  if (!payload.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return bytes(says, payload.replace(from, to));
};
const say = (says: string, more: object, expect = 'bad-form'): Vector => signed(says, changed(more), expect);
const reason = (text: string) => ({ body: { ...claims.body, reason: text } });
/** The reason as bytes that are put in place of its one capital X. */
const rawReason = (raw: readonly number[]): Buffer => {
  const text = Buffer.from(JSON.stringify({ ...claims, ...reason('X') }));
  const at = text.indexOf('"reason":"X"') + '"reason":"'.length;
  return Buffer.concat([text.subarray(0, at), Buffer.from(raw), text.subarray(at + 1)]);
};

/** Bytes that have another reading, or none. The signature holds on each. */
const readings = (): Vectors => [
  ['payload/white-space', spelled('A space after a colon.', '"v":1', '"v": 1')],
  ['payload/line-feed-at-the-end', bytes('A line feed at the end.', `${payload}\n`)],
  ['payload/indented', bytes('Indented.', JSON.stringify(claims, null, 2))],
  ['payload/byte-order-mark', bytes('A byte order mark in front.', `\ufeff${payload}`)],
  ['payload/duplicate-member', spelled('A member twice, both alike.', '"v":1', '"v":1,"v":1')],
  ['payload/duplicate-member-that-differs', spelled('Two senders.', '"from":"ID"', '"from":"MY","from":"ID"')],
  ['payload/proto', spelled('A member named __proto__.', '"v":1', '"v":1,"__proto__":{"from":"MY"}')],
  ['payload/proto-within', spelled('__proto__ in the body.', '"version":2', '"version":2,"__proto__":null')],
  ['payload/proto-escaped', spelled('__proto__ with an escape.', '"v":1', '"v":1,"__pr\\u006fto__":{}')],
  ['payload/number-with-fraction', spelled('1.0 for 1.', '"v":1', '"v":1.0')],
  ['payload/number-with-exponent', spelled('1e0 for 1.', '"v":1', '"v":1e0')],
  ['payload/number-minus-zero', spelled('-0.', '"version":2', '"version":-0')],
  ['payload/number-past-2-53', spelled('A number that no double holds.', '"version":2', '"version":9007199254740993')],
  ['payload/escape-without-need', spelled('An escaped letter.', 'EXERCISE', '\\u0045XERCISE')],
  ['payload/escaped-slash', spelled('An escaped slash.', 'ID/', 'ID\\/')],
  ['payload/pair-as-escapes', spelled('A character outside the BMP as two escapes.', 'Found', '\\ud83d\\ude00')],
  ['payload/lone-surrogate', say('A lone surrogate, in its canonical escape.', reason('a\ud800b'))],
  ['payload/lone-low-surrogate', say('A lone low surrogate.', reason('\udc00'))],
  ['payload/lone-surrogate-in-a-name', say('A lone surrogate in a name.', { body: { '\udfff': 1 } })],
  ['payload/lone-surrogate-in-utf-8', bytes('A surrogate in three bytes.', rawReason([0xed, 0xa0, 0x80]))],
  ['payload/overlong-utf-8', bytes('A slash in two bytes.', rawReason([0xc0, 0xaf]))],
  ['payload/latin-1', bytes('A byte that is no UTF-8.', rawReason([0xe9]))],
  ['payload/utf-16', bytes('UTF-16.', Buffer.from(payload, 'utf16le'))],
  ['payload/control-character', bytes('A raw control character in a text.', rawReason([0x07]))],
  ['payload/trailing-comma', bytes('A trailing comma.', payload.replace(/\}$/, ',}'))],
  ['payload/comment', bytes('A comment.', payload.replace('{', '{/**/'))],
  ['payload/two-values', bytes('Two values.', `${payload}${payload}`)],
  ['payload/array', bytes('An array.', `[${payload}]`)],
  ['payload/text', bytes('A text.', JSON.stringify(payload))],
  ['payload/null', bytes('null.', 'null')],
  ['payload/nested-33-deep', bytes('Nested 33 deep.', JSON.stringify({ ...claims, body: { a: nest(31) } }))],
  ['payload/nested-10000-deep', bytes('Nested 10,000 deep.', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)],
  ['payload/oversized', signed('Over 48 KiB.', changed(reason('x'.repeat(ENVELOPE_BYTES))), 'too-large')],
];

const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1)]);

/** One reading, which the schemas refuse. */
const contents = (): Vectors => [
  ['claims/member-missing', say('No origin.', { origin: undefined })],
  ['claims/member-too-many', say('A member that is no claim.', { iss: 'ID' })],
  ['claims/body-member-too-many', say('A member that is not of the kind.', { body: { ...claims.body, priority: 1 } })],
  ['claims/body-of-another-kind', say('The body of another kind.', { body: { seqs: [1] } })],
  ['claims/id-in-upper-case', say('The id in upper case.', { id: claims.id.toUpperCase() })],
  ['claims/id-of-version-4', say('A UUID of version 4.', { id: '3f0c1c1e-9b1a-4c39-8d5f-2a7f0a3f6c11' })],
  ['claims/to-unsorted', say('Addressees out of order.', { to: ['TH', 'MY'] })],
  ['claims/to-doubled', say('An addressee twice.', { to: ['MY', 'MY'] })],
  ['claims/to-oneself', say('Addressed to its sender.', { to: ['ID', 'MY'] })],
  ['claims/to-nobody', say('A kind that must have addressees.', { to: [] })],
  ['claims/nonce-short', say('A nonce of 8 bytes.', { nonce: encode(Buffer.alloc(8)) })],
  ['claims/nonce-with-spare-bits', say('A nonce that is not canonical base64url.', { nonce: `${'A'.repeat(21)}B` })],
  ['claims/time-without-milliseconds', say('Another form of time.', { sentAt: '2026-11-25T08:00:00Z' })],
  ['claims/time-in-another-zone', say('A time with an offset.', { sentAt: '2026-11-25T15:00:00.000+07:00' })],
  ['claims/no-such-day', say('30 February.', { sentAt: '2026-02-30T08:00:00.000Z' })],
  ['claims/direction-override', say('A character that turns the writing round.', reason('a\u202eb'))],
  ['claims/kind-unknown', say('A kind of a later version.', { kind: 'notice.suspend' }, 'kind-unknown')],
  ['claims/version-unknown', say('A later version of the kind.', { v: 2 }, 'kind-unknown')],
  ['claims/author-not-allowed', say('The Secretariat cancels a notice.', { from: 'SEC' }, 'not-allowed')],
];

/** Payloads, properly signed. */
export const payloadVectors = (): Vectors => [...readings(), ...contents()];
