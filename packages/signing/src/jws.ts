import { sign, verify } from 'node:crypto';
import { protectedHeader, SIGNED_TYPES, type SignedType } from '@eads/protocol';
import { fromBase64url, toBase64url } from './base64url.ts';
import { writePayload } from './canonical.ts';
import { SigningError } from './errors.ts';
import type { SigningKey } from './keys.ts';
import type { VerifyKey } from './public-key.ts';

/** The protected header: these three members in this order, no white space, nothing else. */
export interface JwsHeader {
  readonly alg: 'Ed25519';
  readonly kid: string;
  readonly typ: SignedType;
}

/** A compact JWS (RFC 7515), taken apart and not yet verified. */
export interface ParsedJws {
  readonly header: JwsHeader;
  /** Not read yet: `readPayload` does. */
  readonly payloadBytes: Uint8Array;
  /** What the signature covers. */
  readonly signingInput: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Characters of a compact JWS, at most, where the caller sets no bound of its own. */
export const MAX_JWS_CHARS = 1024 * 1024;

const MAX_HEADER_CHARS = 200;
const SIGNATURE_CHARS = 86;

/** A key's header is the same text on each of its messages. Oldest out first, so that strangers cannot fill memory. */
const MAX_HEADERS = 1024;
const headers = new Map<string, JwsHeader>();

const headerJson = (kid: string, typ: SignedType): string => `{"alg":"Ed25519","kid":"${kid}","typ":"${typ}"}`;

const readHeader = (part: string): JwsHeader => {
  const known = headers.get(part);
  if (known) return known;
  if (part.length > MAX_HEADER_CHARS) throw new SigningError('bad-form', 'The protected header is too long.');
  const text = fromBase64url(part, 'protected header').toString('latin1');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SigningError('bad-form', 'The protected header is not JSON.');
  }
  const read = protectedHeader.safeParse(value);
  if (!read.success || headerJson(read.data.kid, read.data.typ) !== text) {
    throw new SigningError(
      'bad-form',
      `The protected header must be exactly alg "Ed25519", kid and typ (one of ${SIGNED_TYPES.join(', ')}), in this order.`,
    );
  }
  if (headers.size >= MAX_HEADERS) headers.delete(headers.keys().next().value as string);
  headers.set(part, read.data);
  return read.data;
};

/**
 * Takes a compact JWS apart. Throws `bad-form` unless it is three canonical base64url parts with exactly the protected
 * header `{alg: "Ed25519", kid, typ}`, and `wrong-type` for a `typ` other than the one the caller expects: a signature
 * made for one purpose never holds for another.
 */
export const parseCompact = (text: string, typ: SignedType, maxChars: number = MAX_JWS_CHARS): ParsedJws => {
  if (text.length > maxChars) {
    throw new SigningError('bad-form', `The JWS has ${text.length} characters; at most ${maxChars} are allowed.`);
  }
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  if (first < 1 || second <= first + 1 || text.length - second - 1 !== SIGNATURE_CHARS) {
    throw new SigningError('bad-form', 'A compact JWS has three parts with dots between, the last of 86 characters.');
  }
  const header = readHeader(text.slice(0, first));
  if (header.typ !== typ) {
    throw new SigningError('wrong-type', `This was signed as ${header.typ}, and only ${typ} is taken here.`);
  }
  const payloadBytes = fromBase64url(text.slice(first + 1, second), 'payload');
  const signature = fromBase64url(text.slice(second + 1), 'signature');
  return { header, payloadBytes, signingInput: Buffer.from(text.slice(0, second), 'latin1'), signature };
};

/**
 * Signs a value as compact JWS of this `typ`. Throws `bad-form` for a value without canonical form (`readPayload`), so
 * that nobody signs what the others will not read.
 */
export const signCompact = (typ: SignedType, payload: object, key: SigningKey, maxBytes?: number): string =>
  signBytes(typ, writePayload(payload, maxBytes), key);

/**
 * Signs payload bytes as they are, without reading them back: for a hot path that writes JSON of its own texts, and whose
 * test shows that `signCompact` would have given the same.
 */
export const signBytes = (typ: SignedType, payload: Uint8Array, key: SigningKey): string => {
  const header = toBase64url(Buffer.from(headerJson(key.kid, typ)));
  const signingInput = `${header}.${toBase64url(payload)}`;
  return `${signingInput}.${toBase64url(sign(null, Buffer.from(signingInput, 'latin1'), key.privateKey))}`;
};

/**
 * Whether the signature holds under this key, worked out on the thread pool (twice the rate of the synchronous form on
 * two cores). False also where the header names another key. Bound how many are under way: the pool serves files too.
 */
export const verifyCompact = (jws: ParsedJws, key: VerifyKey): Promise<boolean> => {
  if (jws.header.kid !== key.kid) return Promise.resolve(false);
  return new Promise((resolve) => {
    verify(null, jws.signingInput, key.publicKey, jws.signature, (error, holds) => resolve(error === null && holds));
  });
};

/** Like `verifyCompact`, on the calling thread (about 0.1 ms). */
export const verifyCompactSync = (jws: ParsedJws, key: VerifyKey): boolean =>
  jws.header.kid === key.kid && verify(null, jws.signingInput, key.publicKey, jws.signature);
