import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 private key made from a name: the same in every run, and worth nothing outside tests. */
export const fixedKey = (name: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, createHash('sha256').update(`test key ${name}`).digest()]),
    format: 'der',
    type: 'pkcs8',
  });
