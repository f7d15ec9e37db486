import { type Claims, INNER_BODY_BYTES, type JweGeneral, jweGeneral } from '@eads/protocol';
import { type CompactJWEHeaderParameters, GeneralEncrypt, generalDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { openConfidential, sealEnvelope } from './confidential.ts';
import { sealKeys } from './directory/queries.ts';
import { type Envelope, makeEnvelope, openEnvelope } from './envelope.ts';
import { encryptFor } from './jwe.ts';
import { parseCompact, signCompact } from './jws.ts';
import { generateOpeningKey, generateRunKeys, type OpeningKey } from './keys.ts';
import { apply, claimsOf, founded, keysOf, rotation, testRun } from './testing/run.ts';

const run = testRun();
const start = founded(run);
const id = keysOf(run, 'ID');
const body = { subject: 'EXERCISE', text: 'The planted words.' };
const claims = (to: string[], inner: object = body, from = 'ID'): Claims =>
  claimsOf(from, 'direct.message', inner, { to });
const seal = (to: string[], inner: object = body) => sealEnvelope(claims(to, inner), id.signing, sealKeys(start, to));
const openAs = async (envelope: Envelope, keys: readonly OpeningKey[], directory = start, seq = 5): Promise<string> => {
  const result = await openConfidential(envelope, seq, directory, keys);
  return result.ok ? JSON.stringify(result.body) : result.code;
};
const ours = (member: string): OpeningKey[] => [keysOf(run, member).encryption];
/** An envelope around any plaintext, as a hostile sender could make it. */
const around = async (plaintext: string, outer: Claims, signer = id.signing): Promise<Envelope> => {
  const keys = [...sealKeys(start, outer.to as string[]).values()];
  return makeEnvelope({ ...outer, body: await encryptFor(Buffer.from(plaintext), keys) }, signer);
};

describe('a confidential message', () => {
  it.each([[['MY']], [['MY', 'SEC', 'TH']]])('for %j has one shape, and opens for each of them', async (to) => {
    const { envelope, inner } = await seal(to);
    const jwe = envelope.claims.body as JweGeneral;
    expect(jweGeneral.safeParse(jwe).success).toBe(true);
    expect(JSON.parse(Buffer.from(jwe.protected, 'base64url').toString())).toEqual({ enc: 'A256GCM' });
    expect(jwe.recipients.map(({ header }) => header.kid)).toEqual(to.map((code) => keysOf(run, code).encryption.kid));
    expect(openEnvelope(envelope.jws)).toMatchObject({ ok: true, envelope: { objection: null } });
    for (const member of to) {
      expect(await openAs(envelope, ours(member))).toBe(JSON.stringify(body));
      const { plaintext } = await generalDecrypt(jwe, keysOf(run, member).encryption.privateKey);
      expect(Buffer.from(plaintext).toString()).toBe(inner);
    }
  });

  it('shows nothing of its words, and opens for nobody else', async () => {
    const { envelope } = await seal(['MY']);
    const seen = Buffer.from(envelope.parsed.payloadBytes).toString();
    expect(seen).not.toMatch(/planted|EXERCISE/);
    expect(await openAs(envelope, ours('TH'))).toBe('not-ours');
    expect(await openAs(envelope, ours('ID'))).toBe('not-ours');
    const posing = { ...generateOpeningKey(), kid: keysOf(run, 'MY').encryption.kid };
    expect(await openAs(envelope, [posing])).toBe('bad-form');
  });

  it('opens with a decryption key of before', async () => {
    const { envelope } = await seal(['MY']);
    const keys = [generateOpeningKey(), generateOpeningKey(), keysOf(run, 'MY').encryption];
    expect(await openAs(envelope, keys)).toBe(JSON.stringify(body));
  });

  it('of the largest size fits into an envelope for eleven', async () => {
    const codes = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'TL', 'VN'];
    const eleven = testRun(codes);
    const directory = founded(eleven);
    const to = [...codes.slice(0, 1), ...codes.slice(2), 'SEC'].sort();
    const text = 'ก'.repeat(Math.floor((INNER_BODY_BYTES - 40) / 3));
    const { envelope } = await sealEnvelope(
      claims(to, { subject: 'x', text }),
      keysOf(eleven, 'ID').signing,
      sealKeys(directory, to),
    );
    expect(await openAs(envelope, [keysOf(eleven, 'VN').encryption], directory)).toContain(text);
  });

  it('is not made over 16 KiB, for all, for nobody, for a member without a key, of no confidential kind', async () => {
    const attempt = (input: Claims) => sealEnvelope(input, id.signing, sealKeys(start, ['MY']));
    const refused = { code: 'bad-form' };
    await expect(seal(['MY'], { subject: 'x', text: 'ก'.repeat(6000) })).rejects.toMatchObject(refused);
    await expect(seal(['MY'], { subject: 'x' })).rejects.toMatchObject(refused);
    await expect(attempt({ ...claims(['MY']), to: 'all' })).rejects.toMatchObject(refused);
    await expect(attempt({ ...claims(['MY']), to: [] })).rejects.toMatchObject(refused);
    await expect(attempt(claims(['MY', 'TH']))).rejects.toThrow(/TH has no encryption key/);
    await expect(attempt({ ...claims(['MY']), kind: 'erase', body: { seqs: [1], reason: '' } })).rejects.toThrow(
      /no confidential kind/,
    );
  });

  it('has a block for each addressee: no more, none twice', async () => {
    const { envelope } = await seal(['MY', 'TH']);
    const jwe = envelope.claims.body as JweGeneral;
    const open = (changed: Partial<Claims>) =>
      openEnvelope(signCompact('eads+jws', { ...envelope.claims, ...changed }, id.signing)).ok;
    expect(open({})).toBe(true);
    expect(open({ to: ['MY'] })).toBe(false);
    expect(open({ to: ['MY', 'SG', 'TH'] })).toBe(false);
    const [first] = jwe.recipients;
    expect(open({ body: { ...jwe, recipients: [first, first] } })).toBe(false);
    expect(open({ to: ['MY'], body: { ...jwe, recipients: [first, first] } })).toBe(false);
    expect(open({ to: ['MY'], body: { ...jwe, recipients: [first] } })).toBe(true);
  });
});

describe('the inner message', () => {
  const outer = claims(['MY']);
  const inner = (changed: Partial<Claims> = {}, signer = id.signing): string =>
    signCompact('eads-inner+jws', { ...outer, ...changed }, signer);

  it('says the same as the envelope around it, but for its body', async () => {
    expect(await openAs(await around(inner(), outer), ours('MY'))).toBe(JSON.stringify(body));
    for (const changed of [
      { id: claims(['MY']).id },
      { to: ['MY', 'TH'] },
      { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' },
      { actor: 'seat-2' },
      { sentAt: '2026-11-25T08:00:00.001Z' },
      { handling: { ...outer.handling, tlp: 'RED' as const } },
      { inReplyTo: `MY/${outer.id}` },
    ]) {
      expect(await openAs(await around(inner(changed), outer), ours('MY'))).toBe('claims-differ');
    }
  });

  it("cannot be another member's words in one's own envelope", async () => {
    const stolen = inner();
    const thief = keysOf(run, 'TH').signing;
    const own = { ...outer, from: 'TH' };
    expect(await openAs(await around(stolen, own, thief), ours('MY'))).toBe('bad-signature');
    const claimed = signCompact('eads-inner+jws', { ...own }, id.signing);
    expect(await openAs(await around(claimed, own, thief), ours('MY'))).toBe('bad-signature');
  });

  it('is signed as inner message, with a key that stood at the position of the entry', async () => {
    const asEnvelope = signCompact('eads+jws', outer, id.signing);
    expect(await openAs(await around(asEnvelope, outer), ours('MY'))).toBe('bad-signature');
    const forged = { ...generateRunKeys().signing, kid: id.signing.kid };
    expect(await openAs(await around(inner({}, forged), outer), ours('MY'))).toBe('bad-signature');
    const rotated = apply(start, 8, rotation(run, 'ID', generateRunKeys()));
    const envelope = await around(inner(), outer);
    expect(await openAs(envelope, ours('MY'), rotated, 8)).toBe(JSON.stringify(body));
    expect(await openAs(envelope, ours('MY'), rotated, 9)).toBe('bad-signature');
  });

  it('cannot be played back as an envelope', () => {
    expect(openEnvelope(inner())).toMatchObject({ ok: false, refusal: { code: 'bad-signature' } });
    expect(() => parseCompact(inner(), 'eads+jws')).toThrow(expect.objectContaining({ code: 'wrong-type' }));
  });

  it('that is rubbish, of another kind of body or too long is of bad form', async () => {
    expect(await openAs(await around('rubbish', outer), ours('MY'))).toBe('bad-form');
    expect(await openAs(await around(inner({ body: { a: 1 } }), outer), ours('MY'))).toBe('bad-form');
    const long = { subject: 'x', text: 'ก'.repeat(6000) };
    expect(await openAs(await around(inner({ body: long }), outer), ours('MY'))).toBe('bad-form');
  });
});

describe('the encryption', () => {
  it('is damaged by any change to it', async () => {
    const { envelope } = await seal(['MY']);
    const jwe = envelope.claims.body as JweGeneral;
    const [block] = jwe.recipients as [JweGeneral['recipients'][0]];
    const flip = (text: string): string => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
    const small = { ...block.header.epk, x: 'A'.repeat(43) };
    const header = (more: object): string =>
      Buffer.from(JSON.stringify({ enc: 'A256GCM', ...more })).toString('base64url');
    const changes: object[] = [
      { ciphertext: flip(jwe.ciphertext) },
      { iv: flip(jwe.iv) },
      { tag: flip(jwe.tag) },
      { recipients: [{ ...block, encrypted_key: flip(block.encrypted_key) }] },
      { recipients: [{ ...block, header: { ...block.header, epk: generateOpeningKey().jwk } }] },
      { recipients: [{ ...block, header: { ...block.header, epk: small } }] },
      { protected: header({ zip: 'DEF' }) },
      { protected: header({ crit: ['x'], x: 1 }) },
      { protected: Buffer.from('{"enc": "A256GCM"}').toString('base64url') },
    ];
    for (const change of changes) {
      const opened = openEnvelope(
        signCompact('eads+jws', { ...envelope.claims, body: { ...jwe, ...change } }, id.signing),
      );
      expect(opened.ok).toBe(true);
      if (opened.ok) expect(await openAs(opened.envelope, ours('MY'))).toBe('bad-form');
    }
  });

  it('is of the one form also where a hostile sender made another on purpose', async () => {
    const made = async (protectedHeader: CompactJWEHeaderParameters): Promise<Envelope> => {
      const encryption = new GeneralEncrypt(Buffer.from('x')).setProtectedHeader(protectedHeader);
      for (const key of [keysOf(run, 'MY').encryption, generateOpeningKey()]) {
        encryption.addRecipient(key.publicKey).setUnprotectedHeader({ alg: 'ECDH-ES+A256KW', kid: key.kid });
      }
      const { recipients, ...shared } = await encryption.encrypt();
      return makeEnvelope({ ...claims(['MY']), body: { ...shared, recipients: recipients.slice(0, 1) } }, id.signing);
    };
    const why = async (envelope: Envelope): Promise<string> => {
      const result = await openConfidential(envelope, 5, start, ours('MY'));
      return result.ok ? 'ok' : result.why;
    };
    expect(await why(await made({ enc: 'A256GCM' } as CompactJWEHeaderParameters))).not.toMatch(/protected header/);
    const zipped = { enc: 'A256GCM', zip: 'DEF' } as CompactJWEHeaderParameters;
    expect(await why(await made(zipped))).toMatch(/another protected header/);
  });

  it('has an ephemeral key in its one spelling', async () => {
    const { envelope } = await seal(['MY']);
    const jwe = envelope.claims.body as JweGeneral;
    const [block] = jwe.recipients as [JweGeneral['recipients'][0]];
    const bytes = Buffer.from(block.header.epk.x, 'base64url');
    bytes[31] = (bytes[31] as number) | 0x80;
    const epk = { ...block.header.epk, x: bytes.toString('base64url') };
    const respelt = { ...jwe, recipients: [{ ...block, header: { ...block.header, epk } }] };
    // Decryption alone would not notice: X25519 ignores that bit.
    await generalDecrypt(respelt, keysOf(run, 'MY').encryption.privateKey);
    const changed = makeEnvelope({ ...envelope.claims, body: respelt }, id.signing);
    expect(await openAs(changed, ours('MY'))).toBe('bad-form');
  });

  it('is in canonical base64url, which the hub sees to', async () => {
    const { envelope } = await seal(['MY']);
    const jwe = envelope.claims.body as JweGeneral;
    const [block] = jwe.recipients as [JweGeneral['recipients'][0]];
    const spare = (text: string): string => `${text.slice(0, -1)}${text.endsWith('B') ? 'C' : 'B'}`;
    const changes: object[] = [
      { tag: spare(jwe.tag) },
      { recipients: [{ ...block, encrypted_key: spare(block.encrypted_key) }] },
      { recipients: [{ ...block, header: { ...block.header, kid: spare(block.header.kid) } }] },
      { ciphertext: `${jwe.ciphertext}A`.slice(0, Math.floor(jwe.ciphertext.length / 4) * 4 + 1) },
    ];
    for (const change of changes) {
      const changed = { ...envelope.claims, body: { ...jwe, ...change } };
      expect(openEnvelope(signCompact('eads+jws', changed, id.signing)).ok).toBe(false);
    }
  });

  it('gives every message its own keys', async () => {
    const [a, b] = [await seal(['MY']), await seal(['MY'])];
    const epk = ({ envelope }: typeof a) => (envelope.claims.body as JweGeneral).recipients[0]?.header.epk.x;
    expect(epk(a)).not.toBe(epk(b));
  });
});
