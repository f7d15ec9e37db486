import { describe, expect, it } from 'vitest';
import { signCompact } from './jws.ts';
import { generateRunKeys } from './keys.ts';
import { signSession, verifySession } from './session-proof.ts';
import { apply, founded, keysOf, leaving, ORIGIN, recovery, rotation, testRun } from './testing/run.ts';

const run = testRun();
const start = founded(run);
const nonce = Buffer.alloc(32, 9).toString('base64');
const challenge = { origin: ORIGIN, hub: 'hub-1', nonce };
const proof = (member = 'ID', key = keysOf(run, member).signing, changed: object = {}): string =>
  signSession({ ...challenge, member, ...changed }, key);
const outcome = async (text: string, directory = start): Promise<string> => {
  const result = await verifySession(text, challenge, directory);
  return result.ok ? result.member : result.code;
};

describe('a session proof', () => {
  it('tells who opens the session', async () => {
    expect(await outcome(proof())).toBe('ID');
    expect(await outcome(proof('SEC'))).toBe('SEC');
  });

  it('answers this challenge only', async () => {
    const key = keysOf(run, 'ID').signing;
    expect(await outcome(proof('ID', key, { nonce: Buffer.alloc(32, 8).toString('base64') }))).toBe('unauthenticated');
    expect(await outcome(proof('ID', key, { hub: 'hub-2' }))).toBe('unauthenticated');
    expect(await outcome(proof('ID', key, { origin: 'test0001/practice/2' }))).toBe('other-origin');
  });

  it('is signed with a signing key of the member that it names', async () => {
    expect(await outcome(proof('ID', keysOf(run, 'MY').signing))).toBe('unauthenticated');
    expect(await outcome(proof('ID', keysOf(run, 'ID').witness))).toBe('unauthenticated');
    expect(await outcome(proof('LA', generateRunKeys().signing))).toBe('unauthenticated');
    const forged = { ...generateRunKeys().signing, kid: keysOf(run, 'ID').signing.kid };
    expect(await outcome(proof('ID', forged))).toBe('unauthenticated');
  });

  it('is signed as a proof and as nothing else', async () => {
    const key = keysOf(run, 'ID').signing;
    expect(await outcome(signCompact('eads+jws', { ...challenge, member: 'ID' }, key))).toBe('unauthenticated');
    for (const text of ['', 'a.b.c', proof().slice(0, -1), `${proof()} `]) {
      expect(await outcome(text)).toBe('unauthenticated');
    }
  });

  it('with a key that was revoked, replaced, or of a member that left, opens nothing', async () => {
    const next = generateRunKeys();
    const rotated = apply(start, 5, rotation(run, 'ID', next));
    expect(await outcome(proof(), rotated)).toBe('unauthenticated');
    expect(await outcome(proof('ID', next.signing), rotated)).toBe('ID');
    const revokes = [{ kid: keysOf(run, 'ID').signing.kid, since: 3 }];
    const recovered = apply(start, 5, recovery(run, 'ID', next, revokes, ['SEC', 'MY', 'PH', 'SG']));
    expect(await outcome(proof(), recovered)).toBe('revoked');
    const forged = { ...generateRunKeys().signing, kid: keysOf(run, 'ID').signing.kid };
    expect(await outcome(proof('ID', forged), recovered)).toBe('unauthenticated');
    expect(await outcome(proof('PH'), apply(start, 5, leaving(run, 'PH')))).toBe('unauthenticated');
  });
});
