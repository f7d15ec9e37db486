import { parseRecord } from '@eads/ledger';
import { openEnvelope } from '@eads/signing';
import type { OutboxRow, ReceiptOfRow } from '@eads/store';
import { keepVersion, versionOf } from '../handlers/notice-version.ts';
import type { Effect } from '../handling/effects.ts';

/**
 * What an accepted message of our own changes here: it comes back as a leaf hash, so its receipt is where its own node acts on it. Own
 * notices join the mirror; an own erasure takes the bytes.
 */
export const effectsOfOwn = (epoch: number, row: OutboxRow, { record, seq }: ReceiptOfRow): Effect[] => {
  const opened = row.envelope === null ? null : openEnvelope(row.envelope);
  if (!opened?.ok) return [];
  const { claims, parsed } = opened.envelope;
  const place = { kid: parsed.header.kid, epoch, seq, timeMs: parseRecord(record).time };
  const effects: Effect[] = [];
  if (versionOf(claims, place) !== null) effects.push(keepVersion(claims, place));
  if (claims.kind === 'erase') {
    const { seqs } = claims.body as { seqs: number[] };
    effects.push({ do: 'erase', epoch, seqs, by: `${claims.from}/${claims.id}`, author: claims.from });
  }
  return effects;
};
