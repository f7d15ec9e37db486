import { formatVkey, noteSigner, TYPE_ED25519 } from '@eads/ledger';
import type { FullOpening, ReceiptClaims } from '@eads/protocol';
import { generateSigningKey, signStatement, verifyStatementSync } from '@eads/signing';
import { describe, expect, it } from 'vitest';
import type { Epoch } from './epoch.ts';
import { type ReceiptItem, senderOpenings, signReceipts } from './receipts.ts';

const origin = 'inst/run/1';
const hubKey = generateSigningKey();
const log = noteSigner(origin, TYPE_ED25519, generateSigningKey().privateKey);
const epoch: Epoch = { epoch: 1, origin, log, logVkey: formatVkey(log), hubKey, predecessor: null };
const salt = `${'A'.repeat(21)}A==`;
const full: FullOpening[] = [
  ['ID', 'none', salt, salt, 3],
  ['MY', 'deliver', salt, salt, 4],
];
const record = (seq: number): string =>
  `eads-entry/v1\n${seq}\n1795575582833\nID\n01a210a5-1050-7046-89fc-97ac299e1b32\naccepted\n${'A'.repeat(43)}=\n${'A'.repeat(43)}=\n`;
const items: ReceiptItem[] = Array.from({ length: 450 }, (_, i) => [record(i), senderOpenings(full)]);

describe('receipts', () => {
  it('are what a checked statement would have been, byte for byte', () => {
    const [first] = signReceipts(epoch, 'ID', items.slice(0, 3));
    const claims = { origin, member: 'ID', items: items.slice(0, 3) } as unknown as ReceiptClaims;
    expect(first).toBe(signStatement('eads-receipt+jws', claims, hubKey));
  });
  it('carry every item once, in order, in as few signatures as frames', () => {
    const frames = signReceipts(epoch, 'ID', items);
    expect(frames).toHaveLength(3);
    const read = frames.flatMap((frame) => verifyStatementSync('eads-receipt+jws', frame, hubKey).items);
    expect(read.map(([text]) => text)).toEqual(items.map(([text]) => text));
  });
  it('stay below the cap of a frame, with the largest roster and the longest decisions', () => {
    const decision = `returned:${'x'.repeat(60)}` as const;
    const roster = Array.from({ length: 32 }, (_, i): FullOpening => {
      const code = `A${String.fromCharCode(65 + (i % 26))}`;
      return [code, decision, salt, salt, 2 ** 40];
    });
    const large: ReceiptItem[] = items.slice(0, 256).map(([text]) => [text, senderOpenings(roster)]);
    const frames = signReceipts(epoch, 'ID', large);
    for (const frame of frames)
      expect(JSON.stringify({ t: 'receipts', receipt: frame }).length).toBeLessThan(1024 * 1024);
    const read = frames.flatMap((frame) => verifyStatementSync('eads-receipt+jws', frame, hubKey).items);
    expect(read).toHaveLength(256);
  });
  it('are none where there is nothing to say', () => {
    expect(signReceipts(epoch, 'ID', [])).toEqual([]);
  });
});
