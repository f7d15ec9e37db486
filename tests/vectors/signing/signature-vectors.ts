import { createHmac } from 'node:crypto';
import { SIGNED_TYPES } from '@eads/protocol';
import {
  body,
  changed,
  claims,
  encode,
  header,
  headerText,
  ID,
  jws,
  MY,
  payload,
  signature,
  signBytes,
  signRaw,
  spareBit,
} from './material.ts';
import type { Vector, Vectors } from './vector.ts';

const LENIENT_BASE64 = 'jose decodes base64url leniently, so that one signature has several texts.';
const FREE_HEADER =
  'jose allows any protected header that says what it needs; ours is one text for one key and purpose.';
const KEY_GIVEN = 'jose verifies with the key it is given and does not compare the kid.';
const TYP_FREE = 'jose leaves the typ to its caller.';

const base = { typ: 'eads+jws', key: ID.jwk.x } as const;
const refused = (says: string, text: string, expect = 'bad-form'): Vector => ({
  says,
  ...base,
  jws: text,
  expect,
  jose: 'refused',
});
const looser = (says: string, text: string, differs: string, expect = 'bad-form'): Vector => ({
  says,
  ...base,
  jws: text,
  expect,
  jose: 'ok',
  differs,
});

const signatureBytes = Buffer.from(signature, 'base64url');
const flipped = (bytes: Uint8Array, at: number): Buffer =>
  Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)));

/** S + L in place of S: the same point, another text (RFC 8032 section 5.1.7 forbids it). */
const plusOrder = (): Buffer => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${Buffer.from(signatureBytes.subarray(32)).reverse().toString('hex')}`) + order;
  const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([signatureBytes.subarray(0, 32), bytes]);
};

/** Payload whose bytes leave spare bits in base64url. */
const unaligned = [payload, JSON.stringify({ ...claims, actor: 'seat-12' })].find(
  (text) => Buffer.byteLength(text) % 3 !== 0,
) as string;
/** Signed over a payload text in another alphabet; the reason holds bytes that need `-` or `_`. */
const wide = encode(JSON.stringify({ ...claims, body: { ...claims.body, reason: '???>>>ÿÿÿ~~~' } }));

const changes = (): Vectors => [
  [
    'signature/payload-changed',
    refused(
      'A character of the payload was changed.',
      `${header}.${encode(payload.replace('Found', 'Fouid'))}.${signature}`,
      'bad-signature',
    ),
  ],
  [
    'signature/payload-of-another-envelope',
    refused(
      'Header and signature of one message, payload of another.',
      `${header}.${changed({ actor: 'seat-2' }).split('.')[1]}.${signature}`,
      'bad-signature',
    ),
  ],
  [
    'signature/signature-of-another-envelope',
    refused(
      'A signature by the same key over another message.',
      `${header}.${body}.${changed({ actor: 'seat-2' }).split('.')[2]}`,
      'bad-signature',
    ),
  ],
  [
    'signature/signature-changed-in-r',
    refused('A bit of R was flipped.', `${header}.${body}.${encode(flipped(signatureBytes, 3))}`, 'bad-signature'),
  ],
  [
    'signature/signature-changed-in-s',
    refused('A bit of S was flipped.', `${header}.${body}.${encode(flipped(signatureBytes, 40))}`, 'bad-signature'),
  ],
  [
    'signature/signature-plus-group-order',
    refused('S + L in place of S.', `${header}.${body}.${encode(plusOrder())}`, 'bad-signature'),
  ],
  [
    'signature/signature-all-zero',
    refused('64 zero bytes.', `${header}.${body}.${encode(Buffer.alloc(64))}`, 'bad-signature'),
  ],
  ['signature/signature-cut', refused('63 bytes.', `${header}.${body}.${encode(signatureBytes.subarray(0, 63))}`)],
  [
    'signature/signature-longer',
    refused('65 bytes.', `${header}.${body}.${encode(Buffer.concat([signatureBytes, Buffer.of(0)]))}`),
  ],
  ['signature/signature-empty', refused('No signature.', `${header}.${body}.`)],
  ['signature/signature-missing', refused('Two parts.', `${header}.${body}`)],
  ['signature/a-fourth-part', refused('Four parts.', `${jws}.${signature}`)],
  [
    'signature/signed-by-another-key',
    refused('Signed by MY under the kid of ID.', signRaw(encode(headerText()), body, MY), 'bad-signature'),
  ],
  [
    'signature/kid-of-another-key',
    looser(
      'Signed by ID under the kid of MY.',
      signRaw(encode(headerText('eads+jws', MY.kid)), body),
      KEY_GIVEN,
      'bad-signature',
    ),
  ],
];

const spellings = (): Vectors => {
  const spare = spareBit(encode(unaligned));
  return [
    [
      'signature/trailing-bits-flipped-in-signature',
      looser(
        'A spare bit of the last character is set; it decodes to the same signature.',
        `${header}.${body}.${spareBit(signature)}`,
        LENIENT_BASE64,
      ),
    ],
    [
      'signature/trailing-bits-flipped-in-payload',
      looser(
        'A spare bit of the payload is set, and the signature is over that text.',
        signRaw(header, spare),
        LENIENT_BASE64,
      ),
    ],
    [
      'signature/trailing-bits-flipped-in-payload-unsigned',
      refused(
        'A spare bit of the payload is set after signing.',
        [header, spare, signBytes(unaligned).split('.')[2]].join('.'),
      ),
    ],
    ['signature/signature-padded', looser('Padding behind the signature.', `${jws}==`, LENIENT_BASE64)],
    ['signature/signature-in-the-other-alphabet', refused('+ and / in place of - and _.', standardAlphabet())],
    [
      'signature/payload-in-the-other-alphabet',
      refused('+ and / in the payload, signed so.', signRaw(header, wide.replaceAll('-', '+').replaceAll('_', '/'))),
    ],
    ['signature/a-line-feed-at-the-end', looser('A line feed behind the signature.', `${jws}\n`, LENIENT_BASE64)],
  ];
};

/** A message whose signature has a character that the alphabets spell differently. */
const standardAlphabet = (): string => {
  for (let i = 0; ; i++) {
    const text = changed({ actor: `seat-${i}` });
    const at = text.lastIndexOf('.');
    const other = text.slice(at).replaceAll('-', '+').replaceAll('_', '/');
    if (other !== text.slice(at)) return text.slice(0, at) + other;
  }
};

const withHeader = (text: string, key = ID): string => signRaw(encode(text), body, key);

const headers = (): Vectors => [
  [
    'signature/header-extra-member',
    looser('A fourth member, signed.', withHeader(headerText().replace('}', ',"jku":"x"}')), FREE_HEADER),
  ],
  [
    'signature/header-members-reordered',
    looser('kid before alg, signed.', withHeader(`{"kid":"${ID.kid}","alg":"Ed25519","typ":"eads+jws"}`), FREE_HEADER),
  ],
  [
    'signature/header-with-white-space',
    looser('A space after the colon, signed.', withHeader(headerText().replace(':', ': ')), FREE_HEADER),
  ],
  [
    'signature/header-member-escaped',
    looser(
      'A letter of a name escaped, signed.',
      withHeader(headerText().replace('"alg"', '"\\u0061lg"')),
      FREE_HEADER,
    ),
  ],
  [
    'signature/header-alg-twice',
    looser('alg twice, signed.', withHeader(headerText().replace('{', '{"alg":"none",')), FREE_HEADER),
  ],
  [
    'signature/header-without-kid',
    looser('No kid, signed.', withHeader('{"alg":"Ed25519","typ":"eads+jws"}'), FREE_HEADER),
  ],
  [
    'signature/header-with-crit',
    refused(
      'An extension that must be understood, signed.',
      withHeader(headerText().replace('{"alg"', '{"crit":["exp"],"exp":1,"alg"')),
    ),
  ],
  [
    'signature/header-with-own-key',
    refused(
      'The key of the attacker in the header, signed with it.',
      withHeader(`{"alg":"Ed25519","jwk":${JSON.stringify(MY.jwk)},"kid":"${ID.kid}","typ":"eads+jws"}`, MY),
    ),
  ],
  ['signature/header-no-json', refused('The header is not JSON, signed.', withHeader('rubbish'))],
  ['signature/header-empty', refused('No header.', `.${body}.${signature}`)],
  [
    'signature/alg-eddsa',
    refused('The name that RFC 9864 deprecates, signed.', withHeader(headerText('eads+jws', ID.kid, 'EdDSA'))),
  ],
  ['signature/alg-es256', refused('Another algorithm.', withHeader(headerText('eads+jws', ID.kid, 'ES256')))],
  [
    'signature/alg-none',
    refused('No signature, and saying so.', `${encode(headerText('eads+jws', ID.kid, 'none'))}.${body}.`),
  ],
  [
    'signature/alg-none-signed',
    refused('alg none, and a good signature all the same.', withHeader(headerText('eads+jws', ID.kid, 'none'))),
  ],
  ['signature/alg-hs256', refused('An HMAC keyed with the public key.', hmac())],
  ['signature/typ-missing', looser('No typ, signed.', withHeader(`{"alg":"Ed25519","kid":"${ID.kid}"}`), FREE_HEADER)],
  ['signature/typ-unknown', looser('Another typ, signed.', withHeader(headerText('JWT')), TYP_FREE)],
  ...SIGNED_TYPES.filter((typ) => typ !== 'eads+jws').map((typ): [string, Vector] => [
    `signature/typ-${typ.replace('+jws', '')}`,
    looser(`Signed as ${typ}, played back as an envelope.`, signBytes(payload, typ), TYP_FREE, 'wrong-type'),
  ]),
];

const hmac = (): string => {
  const input = `${encode(headerText('eads+jws', ID.kid, 'HS256'))}.${body}`;
  return `${input}.${createHmac('sha256', Buffer.from(ID.jwk.x, 'base64url')).update(input).digest('base64url')}`;
};

/** Signatures and protected headers, right bytes around them. */
export const signatureVectors = (): Vectors => [...changes(), ...spellings(), ...headers()];
