import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 private key made from a name, so that vectors come out the same; worth nothing outside tests. */
export const fixedKey = (name: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, createHash('sha256').update(`vector key ${name}`).digest()]),
    format: 'der',
    type: 'pkcs8',
  });

/** Bytes made from a name, where a program would take random ones. */
export const fixedBytes = (name: string, length: number): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`vector bytes ${name} ${i}`).digest(),
  );
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
};
