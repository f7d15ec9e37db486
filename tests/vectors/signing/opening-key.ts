import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { importSealKey, type OpeningKey } from '@eads/signing';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const seed = createHash('sha256').update('vector key ID encryption').digest();
const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });

/** An X25519 key pair made from a name, so that vectors come out the same; worth nothing outside tests. */
export const openingKey: OpeningKey = { ...importSealKey({ kty, crv, x }), privateKey };
