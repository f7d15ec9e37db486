import { hash } from 'node:crypto';
import type { ItemCode } from '@eads/protocol';
import { type Envelope, openEnvelope, type VerifyKey, verifyCompact } from '@eads/signing';
import type { Candidate } from '../sequencer/candidate.ts';

/** The key of that thumbprint that the member ever enrolled, or undefined. */
export type KeyLookup = (member: string, kid: string) => VerifyKey | undefined;

const refusal = (member: string, text: string, digest: string, id: string | null, refused: ItemCode): Candidate => ({
  member,
  text,
  hash: digest,
  id,
  refused,
  envelope: null,
  signature: 'unchecked',
});

/**
 * Everything about an envelope that needs no lock: form, canonical bytes, schema, whose it is, signature. Whether its key
 * may still sign, its id and its recipients are decided under the lock.
 */
export const prepare = async (member: string, text: string, origin: string, keyOf: KeyLookup): Promise<Candidate> => {
  const opened = openEnvelope(text);
  if (!opened.ok) {
    const { code, id, hash: digest } = opened.refusal;
    return refusal(member, text, base64(digest), id, code);
  }
  const { envelope } = opened;
  const digest = base64(envelope.hash);
  const { claims } = envelope;
  if (claims.from !== member) return refusal(member, text, digest, claims.id, 'not-yours');
  if (claims.origin !== origin) return refusal(member, text, digest, claims.id, 'other-origin');
  const signature = await checkSignature(envelope, keyOf);
  if (signature === 'fails') return refusal(member, text, digest, claims.id, 'bad-signature');
  return { member, text, hash: digest, id: claims.id, refused: null, envelope, signature };
};

const checkSignature = async (
  { parsed, claims }: Envelope,
  keyOf: KeyLookup,
): Promise<'holds' | 'unknown-key' | 'fails'> => {
  const key = keyOf(claims.from, parsed.header.kid);
  if (!key) return 'unknown-key';
  return (await verifyCompact(parsed, key)) ? 'holds' : 'fails';
};

export const envelopeHash = (text: string): string => hash('sha256', text, 'base64');

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
