import { describe, expect, it } from 'vitest';
import { signCompact } from './jws.ts';
import { generateSigningKey } from './keys.ts';
import { readStatement, signStatement, verifyStatement, verifyStatementSync } from './statements.ts';

const hub = generateSigningKey();
const stranger = generateSigningKey();
const head = {
  origin: 'test0001/practice/1',
  member: 'ID',
  size: 12,
  rseq: 3,
  time: '2026-11-25T08:00:00.000Z',
};
const hash = Buffer.alloc(32, 7).toString('base64');
const manifest = {
  format: 'eads-export/v1' as const,
  origin: head.origin,
  viewer: 'auditor' as const,
  size: 12,
  files: Array.from({ length: 20_000 }, (_, i): [string, number, string] => [`tile/entries/${i}`, i, hash]),
};

describe('a statement', () => {
  it('is signed and verified, both ways', async () => {
    const text = signStatement('eads-head+jws', head, hub);
    expect(await verifyStatement('eads-head+jws', text, hub)).toEqual(head);
    expect(verifyStatementSync('eads-head+jws', text, hub)).toEqual(head);
    expect(readStatement('eads-head+jws', text)).toMatchObject({ kid: hub.kid, claims: head });
  });

  it('holds under the one key only', async () => {
    const text = signStatement('eads-head+jws', head, stranger);
    await expect(verifyStatement('eads-head+jws', text, hub)).rejects.toMatchObject({ code: 'bad-signature' });
    expect(() => verifyStatementSync('eads-head+jws', text, hub)).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
  });

  it('does not stand for one of another type', async () => {
    const text = signStatement('eads-head+jws', head, hub);
    await expect(verifyStatement('eads-receipt+jws', text, hub)).rejects.toMatchObject({ code: 'wrong-type' });
    const claims = { origin: head.origin, event: hash };
    const approval = signStatement('eads-approval+jws', claims, hub);
    expect(() => readStatement('eads-session+jws', approval)).toThrow(expect.objectContaining({ code: 'wrong-type' }));
  });

  it('is checked against its schema when signed and when read', async () => {
    expect(() => signStatement('eads-head+jws', { ...head, size: -1 }, hub)).toThrow(/size/);
    const text = signCompact('eads-head+jws', { ...head, extra: 1 }, hub);
    await expect(verifyStatement('eads-head+jws', text, hub)).rejects.toMatchObject({ code: 'bad-form' });
  });

  it('may be long where it lists files, and must not where it is short', () => {
    const text = signStatement('eads-manifest+jws', manifest, hub);
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect(verifyStatementSync('eads-manifest+jws', text, hub).files).toHaveLength(20_000);
    const bloated = signCompact('eads-head+jws', { ...head, pad: 'x'.repeat(5000) }, hub);
    expect(() => readStatement('eads-head+jws', bloated)).toThrow(/at most 4096/);
  });
});
