import { type JweGeneral, jweGeneral } from '@eads/protocol';
import { GeneralEncrypt, generalDecrypt } from 'jose';
import { SigningError } from './errors.ts';
import { generateOpeningKey, type OpeningKey } from './keys.ts';
import { importSealKey, type SealKey } from './public-key.ts';

const KEY_AGREEMENT = 'ECDH-ES+A256KW';
const CONTENT_ENCRYPTION = 'A256GCM';
/** The protected header, whole: nothing else is allowed in it (no compression, no extensions). */
const PROTECTED = Buffer.from(`{"enc":"${CONTENT_ENCRYPTION}"}`).toString('base64url');

/** Encrypts for these keys, one recipient block each in their order (RFC 7516 General JSON). */
export const encryptFor = async (plaintext: Uint8Array, keys: readonly SealKey[]): Promise<JweGeneral> => {
  const encryption = new GeneralEncrypt(plaintext).setProtectedHeader({ enc: CONTENT_ENCRYPTION });
  // For a single recipient jose moves the ephemeral key into the protected header. With a second one, whose private
  // half is gone and whose block is dropped, the shape is the same for one and for many; recipients are no part of
  // what the content encryption authenticates.
  const all = keys.length === 1 ? [...keys, generateOpeningKey()] : keys;
  for (const { kid, publicKey } of all) {
    encryption.addRecipient(publicKey).setUnprotectedHeader({ alg: KEY_AGREEMENT, kid });
  }
  const { recipients, ...shared } = await encryption.encrypt();
  return jweGeneral.parse({ ...shared, recipients: recipients.slice(0, keys.length) });
};

/** What is encrypted for one of these keys, or undefined where none of them has a block. Rejects with `bad-form`. */
export const decryptWith = async (jwe: JweGeneral, keys: readonly OpeningKey[]): Promise<Uint8Array | undefined> => {
  const block = jwe.recipients.find(({ header }) => keys.some(({ kid }) => kid === header.kid));
  const key = keys.find(({ kid }) => kid === block?.header.kid);
  if (!block || !key) return undefined;
  if (jwe.protected !== PROTECTED) throw new SigningError('bad-form', 'The JWE has another protected header.');
  importSealKey(block.header.epk);
  try {
    const { plaintext } = await generalDecrypt({ ...jwe, recipients: [block] }, key.privateKey, {
      keyManagementAlgorithms: [KEY_AGREEMENT],
      contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
    });
    return plaintext;
  } catch {
    throw new SigningError('bad-form', 'The JWE does not open with our key: it was damaged or made wrongly.');
  }
};
