import type { AuditorLine } from '@eads/protocol';
import { at, bases } from './bases.ts';
import type { Files } from './build.ts';
import type { Case } from './case.ts';
import { TIME } from './story.ts';
import { bent, resealed, withEntry, withLines } from './tamper.ts';

const { auditor } = bases;
const base = 'auditor' as const;
const van = at('van');
const limited = at('limited');
const line = (seq: number): AuditorLine =>
  JSON.parse((auditor.get('entries/000000.ndjson') ?? '').split('\n')[seq] as string);

/** The line of an entry changed, and the manifest signed anew by the hub key: the log and the co-signers know better. */
const changed = (seq: number, change: (line: AuditorLine) => object): Files =>
  resealed(withEntry(auditor, seq, change));
const moved = (change: (lines: string[]) => readonly string[]): Files => resealed(withLines(auditor, change));

/** What somebody does to the entries who has the hub's key, and neither that of the log nor those of the co-signers. */
export const entryCases = (): Record<string, Case> => ({
  'entries/altered-in-transit': {
    says: 'A character of a message is another; nobody signed for it.',
    base,
    files: withEntry<AuditorLine>(auditor, van, (entry) => ({
      ...entry,
      envelope: bent(entry.envelope as string, 400),
    })),
    codes: ['entry-altered', 'file-altered'],
  },
  'entries/message-bent': {
    says: 'A character of a message is another.',
    base,
    files: changed(van, (entry) => ({ ...entry, envelope: bent(entry.envelope as string, 400) })),
    codes: ['entry-altered'],
  },
  'entries/signature-bent': {
    says: 'A character of a message’s signature is another.',
    base,
    files: changed(van, (entry) => ({ ...entry, envelope: bent(entry.envelope as string, -40) })),
    codes: ['entry-altered'],
  },
  'entries/message-of-another': {
    says: 'An entry holds the message of another entry.',
    base,
    files: changed(van, (entry) => ({ ...entry, envelope: line(at('boat')).envelope })),
    codes: ['entry-altered'],
  },
  'entries/message-missing': {
    says: 'A message was taken out, and nothing says who erased it.',
    base,
    files: changed(van, ({ seq, record, commitments, openings }) => ({ seq, record, commitments, openings })),
    codes: ['missing-signature'],
  },
  'entries/erased-by-nothing': {
    says: 'A message was taken out, and the erasure named does not exist.',
    base,
    files: changed(van, ({ seq, record, commitments, openings }) => ({
      seq,
      record,
      commitments,
      erasedBy: 'ID/01900000-0000-7000-8000-000000000000',
      openings,
    })),
    codes: ['missing-signature'],
  },
  'entries/erased-by-an-erasure-of-another': {
    says: 'A message was taken out, and the erasure named is of another entry.',
    base,
    files: changed(van, ({ seq, record, commitments, openings }) => ({
      seq,
      record,
      commitments,
      erasedBy: line(at('letter')).erasedBy,
      openings,
    })),
    codes: ['missing-signature'],
  },
  'entries/erased-and-there': {
    says: 'An entry holds its message and names an erasure.',
    base,
    files: changed(van, ({ openings, ...entry }) => ({ ...entry, erasedBy: line(at('letter')).erasedBy, openings })),
    codes: ['not-canonical'],
  },
  'entries/state-event-missing': {
    says: 'A change of keys was taken out; what the new key signed stands alone.',
    base,
    files: changed(at('TH rotates'), ({ seq, record, commitments, openings }) => ({
      seq,
      record,
      commitments,
      openings,
    })),
    codes: ['cosignature-bad', 'key-not-valid-at-position', 'missing-signature', 'quorum-missing'],
  },
  'entries/record-time': {
    says: 'The time in a record is a millisecond later.',
    base,
    files: changed(van, (entry) => ({
      ...entry,
      record: entry.record.replace(
        `${TIME}
`,
        `${TIME + 1}
`,
      ),
    })),
    codes: ['fork', 'root-mismatch'],
  },
  'entries/record-spelled-otherwise': {
    says: 'A number in a record has a leading zero.',
    base,
    files: changed(van, (entry) => ({ ...entry, record: entry.record.replace('\n1\n', '\n01\n') })),
    codes: ['entry-altered', 'fork', 'root-mismatch', 'rseq-gap'],
  },
  'entries/record-of-another': {
    says: 'A line holds the record of another entry.',
    base,
    files: changed(van, (entry) => ({ ...entry, record: line(at('boat')).record })),
    codes: ['entry-altered', 'fork', 'root-mismatch', 'rseq-gap'],
  },
  'entries/commitments-bent': {
    says: 'A sealed recipient is another.',
    base,
    files: changed(van, (entry) => ({ ...entry, commitments: bent(entry.commitments, 8) })),
    codes: ['commitments-altered'],
  },
  'entries/commitments-spare-bits': {
    says: 'The sealed recipients are spelled with spare bits.',
    base,
    files: changed(at('boat'), (entry) => ({ ...entry, commitments: `${entry.commitments.slice(0, -1)}=` })),
    codes: ['commitments-altered'],
  },
  'entries/opening-salt': {
    says: 'A salt is another.',
    base,
    files: changed(van, (entry) => ({
      ...entry,
      openings: entry.openings.map((o, i) => (i === 1 ? [o[0], o[1], bent(o[2], 3), o[3], o[4]] : o)),
    })),
    codes: ['opening-mismatch'],
  },
  'entries/opening-decision': {
    says: 'A returned recipient is shown as one that was not addressed.',
    base,
    files: changed(limited, (entry) => ({
      ...entry,
      openings: entry.openings.map((o) => (o[1].startsWith('returned:') ? [o[0], 'none', o[2], o[3], o[4]] : o)),
    })),
    codes: ['decision-mismatch', 'opening-mismatch'],
  },
  'entries/opening-number': {
    says: 'A recipient’s own number is another.',
    base,
    files: changed(van, (entry) => ({
      ...entry,
      openings: entry.openings.map((o, i) => (i === 1 ? [o[0], o[1], o[2], o[3], o[4] + 1] : o)),
    })),
    codes: ['opening-mismatch', 'rseq-gap'],
  },
  'entries/opening-missing': {
    says: 'One recipient is not opened.',
    base,
    files: changed(van, (entry) => ({ ...entry, openings: entry.openings.filter(([member]) => member !== 'MY') })),
    codes: ['roster-mismatch', 'rseq-gap'],
  },
  'entries/opening-swapped': {
    says: 'Two recipients are shown in each other’s place.',
    base,
    files: changed(van, (entry) => ({
      ...entry,
      openings: entry.openings.map((o) =>
        o[0] === 'MY' ? ['PH', ...o.slice(1)] : o[0] === 'PH' ? ['MY', ...o.slice(1)] : o,
      ),
    })),
    codes: ['roster-mismatch'],
  },
  'entries/removed': {
    says: 'An entry is missing; nobody was given it.',
    base,
    files: moved((lines) => lines.toSpliced(at('summary'), 1)),
    codes: ['gap'],
  },
  'entries/delivered-one-removed': {
    says: 'An entry is missing; its recipients’ numbers show it too.',
    base,
    files: moved((lines) => lines.toSpliced(at('boat'), 1)),
    codes: ['gap', 'rseq-gap'],
  },
  'entries/genesis-removed': {
    says: 'Entry 0 is missing.',
    base,
    files: moved((lines) => lines.slice(1)),
    codes: ['gap'],
  },
  'entries/last-removed': {
    says: 'The last entry is missing.',
    base,
    files: moved((lines) => lines.slice(0, -1)),
    codes: ['truncated'],
  },
  'entries/swapped': {
    says: 'Two entries stand in each other’s place.',
    base,
    files: moved((lines) => lines.with(20, lines[21] as string).with(21, lines[20] as string)),
    codes: ['gap', 'out-of-order'],
  },
  'entries/twice': {
    says: 'An entry stands there twice.',
    base,
    files: moved((lines) => lines.toSpliced(20, 0, lines[20] as string)),
    codes: ['out-of-order'],
  },
  'entries/one-too-many': {
    says: 'An entry follows that the size has no room for.',
    base,
    files: moved((lines) => [...lines, (lines[20] as string).replace('"seq":20', '"seq":25')]),
    codes: ['surplus'],
  },
  'entries/seq-of-another-file': {
    says: 'A line says that it belongs into another file.',
    base,
    files: resealed(
      withEntry<AuditorLine>(auditor, 20, (entry) => ({ ...entry, seq: 1_500 })),
      { size: 2_000 },
    ),
    codes: ['checkpoint-rolled-back', 'gap', 'out-of-order', 'truncated'],
  },
});
