import { leafHash, recipientOpeningOf } from '@eads/ledger';
import type { MemberLine } from '@eads/protocol';
import { at, bases, drafts, ledger } from './bases.ts';
import { buildLedger, type Entry, exportOf, type Files, type Lie, manifestSigner } from './build.ts';
import type { Base, Case } from './case.ts';
import { bent, resealed, withEntry, withLines } from './tamper.ts';

type Sent = Extract<MemberLine, { sent: unknown }>;
type Received = Extract<MemberLine, { opening: unknown }>;
type Leaf = Extract<MemberLine, { leaf: string }>;
type Opening = NonNullable<Received['opening']>;

const { member, 'late-member': late } = bases;
const base: Base = 'member';
const van = at('van');
const boat = at('boat');
const limited = at('limited');
const entry = (seq: number): Entry => ledger.entries[seq] as Entry;
const leafOf = (seq: number) => ({ seq, leaf: Buffer.from(leafHash(entry(seq).record)).toString('base64') });

/** The line of an entry changed, and the manifest signed anew by ID. */
const changed = <Line = Received>(seq: number, change: (line: Line) => object): Files =>
  resealed(withEntry<Line>(member, seq, change));

const openingChanged = (seq: number, change: (opening: Opening) => readonly unknown[]): Files =>
  changed(seq, (line) => ({ ...line, opening: change(line.opening as Opening) }));

const inFull = (seq: number, opening: Opening | null) => {
  const { record, commitments, draft } = entry(seq);
  return { seq, record, commitments, envelope: draft.text, opening };
};

const openedTo = (seq: number, code: string): Opening =>
  recipientOpeningOf(entry(seq).openings.find(([other]) => other === code) as Entry['openings'][number]);

const told = async (lies: Record<string, Lie>): Promise<Files> => exportOf(buildLedger(drafts, lies), { viewer: 'ID' });

/** What a member's own export gives away: it holds what is its own, and hashes for the rest. */
export const memberCases = async (): Promise<Record<string, Case>> => ({
  'good/member': { says: 'A member’s export as its node wrote it.', base, files: member, codes: [] },
  'good/late-member': {
    says: 'The export of a member that joined late: changes of members and keys from before are there without opening.',
    base: 'late-member',
    files: late,
    codes: [],
  },
  'member/withheld': {
    says: 'The hub gave the hash of an entry and not the entry; the next one’s number shows it.',
    base,
    files: changed(boat, () => leafOf(boat)),
    codes: ['rseq-gap'],
  },
  'member/opening-salt': {
    says: 'A salt of the member’s opening is another.',
    base,
    files: openingChanged(boat, ([decision, salt, salt2, rseq]) => [decision, bent(salt, 3), salt2, rseq]),
    codes: ['opening-mismatch'],
  },
  'member/number': {
    says: 'The member’s own number is another.',
    base,
    files: openingChanged(boat, ([decision, salt, salt2, rseq]) => [decision, salt, salt2, rseq + 1]),
    codes: ['opening-mismatch', 'rseq-gap'],
  },
  'member/opening-of-another': {
    says: 'The opening is that of another member.',
    base,
    files: openingChanged(boat, () => openedTo(boat, 'MY')),
    codes: ['opening-mismatch', 'rseq-gap'],
  },
  'member/message-bent': {
    says: 'A character of a received message is another.',
    base,
    files: changed(boat, (line) => ({ ...line, envelope: bent(line.envelope as string, 400) })),
    codes: ['entry-altered'],
  },
  'member/message-missing': {
    says: 'A received message was taken out, and nothing says who erased it.',
    base,
    files: changed(boat, ({ seq, record, commitments, opening }) => ({ seq, record, commitments, opening })),
    codes: ['missing-signature'],
  },
  'member/own-message-missing': {
    says: 'A message that the member sent was taken out.',
    base,
    files: changed<Sent>(van, ({ seq, record, sent }) => ({ seq, record, sent })),
    codes: ['missing-signature'],
  },
  'member/commitments-bent': {
    says: 'A sealed recipient is another.',
    base,
    files: changed(boat, (line) => ({ ...line, commitments: bent(line.commitments, 8) })),
    codes: ['commitments-altered'],
  },
  'member/own-refused-message-bent': {
    says: 'A message that the member sent and that was refused is another.',
    base,
    files: changed<Sent>(at('forged'), (line) => ({ ...line, envelope: bent(line.envelope as string, 400) })),
    codes: ['entry-altered'],
  },
  'member/space': {
    says: 'A space stands in a line where JSON allows one.',
    base,
    files: resealed(withLines(member, (lines) => lines.with(20, (lines[20] as string).replace('":', '": ')))),
    codes: ['not-canonical'],
  },
  'member/sent-decision': {
    says: 'A recipient of the member’s own message is shown as returned.',
    base,
    files: changed<Sent>(van, (line) => ({
      ...line,
      sent: line.sent.map((o) => (o[0] === 'MY' ? [o[0], 'returned:not-releasable', o[2], o[3]] : o)),
    })),
    codes: ['opening-mismatch'],
  },
  'member/sent-missing-recipient': {
    says: 'A recipient of the member’s own message is not opened.',
    base,
    files: changed<Sent>(van, (line) => ({ ...line, sent: line.sent.filter(([code]) => code !== 'MY') })),
    codes: ['opening-mismatch', 'roster-mismatch'],
  },
  'member/sent-and-passed-over': {
    says: 'The hub passed over a recipient of the member’s own message; the receipt shows it.',
    base,
    files: await told({
      van: { decisions: (honest, roster) => honest.map((each, i) => (roster[i] === 'MY' ? 'none' : each)) },
    }),
    codes: ['decision-mismatch'],
  },
  'member/given-though-not-addressed': {
    says: 'The hub gave the member a message that does not name it.',
    base,
    files: await told({
      limited: { decisions: (honest, roster) => honest.map((each, i) => (roster[i] === 'ID' ? 'deliver' : each)) },
    }),
    codes: ['decision-mismatch'],
  },
  'member/anothers-as-sent': {
    says: 'A message of TH stands there as one that the member sent.',
    base,
    files: changed<Leaf>(limited, () => {
      const { record, draft, sender } = entry(limited);
      return { seq: limited, record, envelope: draft.text, sent: sender };
    }),
    codes: ['not-theirs'],
  },
  'member/anothers-without-opening': {
    says: 'A message that is not the member’s stands there in full, without opening.',
    base,
    files: changed<Leaf>(limited, () => inFull(limited, null)),
    codes: ['not-theirs'],
  },
  'member/anothers-opened': {
    says: 'A message that is not the member’s stands there in full, opened as one that it was not given.',
    base,
    files: changed<Leaf>(limited, () => inFull(limited, openedTo(limited, 'ID'))),
    codes: ['not-theirs'],
  },
  'member/anothers-refusal': {
    says: 'The refusal of another member stands there.',
    base,
    files: changed<Leaf>(4, () => {
      const { record, commitments } = entry(4);
      return { seq: 4, record, commitments, opening: null };
    }),
    codes: ['not-theirs'],
  },
  'member/state-event-without-opening': {
    says: 'A change of keys that the member was given stands there without its opening: its number is hidden.',
    base,
    files: changed(at('TH rotates'), (line) => ({ ...line, opening: null })),
    codes: ['not-theirs', 'rseq-gap'],
  },
  'member/genesis-as-a-hash': {
    says: 'The genesis is hidden behind its hash.',
    base,
    files: changed(0, () => leafOf(0)),
    codes: ['genesis-mismatch'],
  },
  'member/leaf-of-another': {
    says: 'The hash of an entry is that of another entry.',
    base,
    files: changed<Leaf>(limited, ({ seq }) => ({ seq, leaf: leafOf(3).leaf })),
    codes: ['fork', 'root-mismatch'],
  },
  'member/leaf-spare-bits': {
    says: 'The hash of an entry is spelled with spare bits.',
    base,
    files: changed<Leaf>(limited, ({ seq, leaf }) => {
      const last = 'AEIMQUYcgkosw048'.indexOf(leaf[42] as string);
      return { seq, leaf: `${leaf.slice(0, 42)}${'BFJNRVZdhlptx159'[last]}=` };
    }),
    codes: ['not-canonical'],
  },
  'member/signed-by-the-hub': {
    says: 'The manifest of a member’s export is signed by the hub.',
    base,
    files: resealed(member, {}, manifestSigner('auditor')),
    codes: ['manifest-signature'],
  },
  'member/signed-by-another': {
    says: 'The manifest of a member’s export is signed by another member.',
    base,
    files: resealed(member, {}, manifestSigner('MY')),
    codes: ['manifest-signature'],
  },
  'member/shown-as-anothers': {
    says: 'A member’s export says that it is another’s.',
    base,
    files: resealed(member, { viewer: 'MY' }, manifestSigner('MY')),
    codes: ['decision-mismatch', 'not-theirs', 'opening-mismatch'],
  },
  'member/shown-as-an-auditors': {
    says: 'A member’s export says that it is an auditor’s.',
    base,
    files: resealed(member, { viewer: 'auditor' }, manifestSigner('auditor')),
    codes: ['not-canonical'],
  },
  'late-member/own-message-before-joining': {
    says: 'A message to the late member stands before it joined.',
    base: 'late-member',
    files: resealed(
      withEntry<Leaf>(late, boat, () => inFull(boat, openedTo(boat, 'MY'))),
      {},
    ),
    codes: ['roster-mismatch', 'rseq-gap'],
  },
  'late-member/rotation-hidden': {
    says: 'A change of keys from before is hidden behind its hash; the co-signers’ keys show it.',
    base: 'late-member',
    files: resealed(withEntry(late, at('TH rotates'), () => leafOf(at('TH rotates')))),
    codes: ['cosignature-bad', 'quorum-missing'],
  },
});
