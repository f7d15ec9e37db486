import { thumbprintOf } from '@eads/signing';
import { body, encode, headerText } from './material.ts';
import type { Vector, Vectors } from './vector.ts';

const P = 2n ** 255n - 19n;
const bytesOf = (y: bigint, sign = 0): Buffer => {
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  bytes[31] = (bytes[31] as number) | (sign << 7);
  return bytes;
};
/** y of a point of order 8 on edwards25519. */
const ORDER_EIGHT = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d7a17c705n;

/** Under the key, R = key and S = 0: what holds for some or every message where a verifier takes such keys. */
const forged = (says: string, key: Buffer): Vector => {
  const x = encode(key);
  const input = `${encode(headerText('eads+jws', thumbprintOf({ crv: 'Ed25519', x })))}.${body}`;
  const jws = `${input}.${encode(Buffer.concat([bytesOf(1n), Buffer.alloc(32)]))}`;
  return { says, typ: 'eads+jws', key: x, jws, expect: 'bad-key', jose: 'refused' };
};

/** Keys that must not be enrolled. */
export const keyVectors = (): Vectors => [
  ['key/small-order-identity', forged('The neutral element.', bytesOf(1n))],
  ['key/small-order-two', forged('The point of order 2.', bytesOf(P - 1n))],
  ['key/small-order-four', forged('A point of order 4.', bytesOf(0n))],
  ['key/small-order-four-signed', forged('The other point of order 4.', bytesOf(0n, 1))],
  ['key/small-order-eight', forged('A point of order 8.', bytesOf(ORDER_EIGHT))],
  ['key/small-order-eight-signed', forged('Another point of order 8.', bytesOf(ORDER_EIGHT, 1))],
  ['key/small-order-eight-negative', forged('A third point of order 8.', bytesOf(P - ORDER_EIGHT))],
  ['key/identity-with-sign', forged('The neutral element with a sign that it has not.', bytesOf(1n, 1))],
  ['key/not-canonical-zero', forged('y = p, another spelling of y = 0.', bytesOf(P))],
  ['key/not-canonical-identity', forged('y = p + 1, another spelling of the neutral element.', bytesOf(P + 1n))],
  ['key/not-canonical', forged('y = p + 3, another spelling of y = 3.', bytesOf(P + 3n))],
  ['key/off-the-curve', forged('y = 2 is on no point of the curve.', bytesOf(2n))],
];
