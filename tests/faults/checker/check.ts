import { append, emptyFrontier, type LedgerRecord, leafHash, parseRecord, rootOf } from '@eads/ledger';
import { HUB, ITEM_CODES, type ItemCode } from '@eads/protocol';
import type { Evidence, LedgerLine, MemberEvidence, Shown, Violation, ViolationCode } from './evidence.ts';

interface Entry extends LedgerLine {
  readonly parsed: LedgerRecord;
  readonly leaf: string;
  readonly hash: string;
}

type Report = (code: ViolationCode, seq: number | null, says: string) => void;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const entryOf = (line: LedgerLine): Entry => {
  const parsed = parseRecord(line.record);
  return { ...line, parsed, leaf: base64(leafHash(line.record)), hash: base64(parsed.envelopeHash) };
};

/** Whether the id is taken by this answer, so that every later answer must be the same. */
const claims = (code: string): boolean =>
  code === 'accepted' || ITEM_CODES[code as ItemCode]?.retry === 'never-this-id';

/** By its own claims, whatever was decided on it. */
const addressed = ({ claims: said, parsed }: Entry, member: string): boolean =>
  said !== null && member !== parsed.from && (said.to === 'all' || said.to.includes(member));

const checkLedger = (entries: readonly Entry[], report: Report): void => {
  const accepted = new Map<string, number>();
  const own = new Map<string, number>();
  entries.forEach(({ seq, parsed, openings }, i) => {
    if (seq !== i || parsed.seq !== i) report('gap', i, `Entry ${parsed.seq} stands at place ${i} of the ledger.`);
    if (parsed.code === 'accepted') {
      const name = `${parsed.from}/${parsed.id}`;
      const before = accepted.get(name);
      if (before !== undefined) report('two-records', seq, `${name} was accepted at ${before} too.`);
      accepted.set(name, seq);
    }
    for (const [member, decision, rseq] of openings) {
      const due = (own.get(member) ?? 0) + (decision === 'deliver' ? 1 : 0);
      if (rseq !== due) report('rseq-hole', seq, `The ledger gives ${member} the number ${rseq}; ${due} was due.`);
      own.set(member, rseq);
    }
  });
};

const checkReceipts = ({ member, sent }: MemberEvidence, entries: readonly Entry[], report: Report): void => {
  for (const { hash, id, receipts } of sent) {
    if (receipts.length === 0) report('unanswered', null, `${member}/${id} has no receipt.`);
    let final: string | undefined;
    for (const text of receipts) {
      const record = parseRecord(text);
      if (entries[record.seq]?.record !== text) {
        report('lost', record.seq, `The receipt of ${member}/${id} names a record that the ledger does not have.`);
      }
      if (base64(record.envelopeHash) !== hash) {
        report('receipt-changed', record.seq, `The receipt of ${member}/${id} is of other bytes.`);
      }
      if (final !== undefined && text !== final) {
        report('receipt-changed', record.seq, `${member}/${id} had another receipt before.`);
      }
      if (claims(record.code)) final ??= text;
    }
  }
};

const checkAuthors = (member: MemberEvidence, entries: readonly Entry[], report: Report): void => {
  const known = new Set(member.sent.map(({ hash }) => hash));
  for (const { seq, parsed, hash } of entries) {
    // Genesis is handed in over HTTP.
    if (seq === 0 || parsed.from !== member.member || known.has(hash)) continue;
    report('invented', seq, `${member.member} never sent what the ledger has there.`);
  }
};

/** Order and density of what one member was shown, whatever it was. */
const checkOrder = ({ member, shown }: MemberEvidence, report: Report): void => {
  const seen = new Set<number>();
  const ids = new Set<string>();
  let next = 0;
  for (const { seq, content } of shown) {
    if (seen.has(seq)) report('duplicate', seq, `${member} was shown entry ${seq} twice.`);
    else if (seq < next) report('reordered', seq, `${member} was shown entry ${seq} after entry ${next - 1}.`);
    else if (seq > next) report('gap', seq, `${member} was shown entry ${seq} when ${next} was due.`);
    seen.add(seq);
    next = Math.max(next, seq + 1);
    if (content === null || content.id === null) continue;
    const name = `${content.from}/${content.id}`;
    if (ids.has(name)) report('duplicate', seq, `${member} was shown ${name} twice.`);
    ids.add(name);
  }
};

const checkNumbers = ({ member, shown }: MemberEvidence, report: Report): void => {
  let rseq = 0;
  for (const { seq, content } of shown) {
    const own = content?.rseq ?? null;
    if (own === null) continue;
    if (own !== rseq + 1) report('rseq-hole', seq, `${member} was given the number ${own}; ${rseq + 1} was due.`);
    rseq = own;
  }
};

const checkOne = (member: string, { seq, leaf, content }: Shown, entry: Entry, report: Report): void => {
  if (leaf !== entry.leaf) report('altered', seq, `${member} was shown another entry ${seq} than the ledger has.`);
  if (content === null) return;
  if (content.hash !== null && content.hash !== entry.hash) {
    report('altered', seq, `${member} was shown other bytes in entry ${seq} than the ledger has.`);
  }
  if (!addressed(entry, member) && entry.claims?.state !== true) {
    report('not-addressed', seq, `${member} was shown what is not for it.`);
  }
};

const checkShown = (evidence: MemberEvidence, entries: readonly Entry[], report: Report): void => {
  const { member, shown, acked } = evidence;
  checkOrder(evidence, report);
  checkNumbers(evidence, report);
  const read = new Set<number>();
  for (const one of shown) {
    const entry = entries[one.seq];
    if (!entry) {
      report('altered', one.seq, `${member} was shown entry ${one.seq}, and the ledger ends before it.`);
      continue;
    }
    checkOne(member, one, entry, report);
    if (one.content !== null) read.add(one.seq);
  }
  for (const entry of entries) {
    const decision = entry.openings.find(([code]) => code === member)?.[1];
    const due = decision !== undefined && !decision.startsWith('returned:') && addressed(entry, member);
    if (due && !read.has(entry.seq)) report('lost', entry.seq, `${member} is an addressee and was never shown it.`);
  }
  if (acked < entries.length) report('lost', acked, `${member} ends at ${acked} of ${entries.length} entries.`);
};

const checkCheckpoints = (members: readonly MemberEvidence[], entries: readonly Entry[], report: Report): void => {
  const roots = new Map<number, string>();
  let frontier = emptyFrontier;
  const sizes = new Set(members.flatMap(({ checkpoints }) => checkpoints.map(({ size }) => size)));
  for (const entry of entries) {
    frontier = append(frontier, [Buffer.from(entry.leaf, 'base64')]);
    if (sizes.has(frontier.size)) roots.set(frontier.size, base64(rootOf(frontier)));
  }
  for (const { member, checkpoints } of members) {
    for (const { size, root } of checkpoints) {
      if (size > entries.length) report('rolled-back', null, `${member} holds a checkpoint of size ${size}.`);
      else if (size > 0 && roots.get(size) !== root) report('fork', null, `${member} holds another root at ${size}.`);
    }
  }
};

/** Reads what is left after a campaign and names everything in it that breaks a promise. Nothing is wrong where it gives []. */
export const checkEvidence = ({ members, ledger }: Evidence): Violation[] => {
  const violations: Violation[] = [];
  const of =
    (member: string | null): Report =>
    (code, seq, says) =>
      void violations.push({ code, member, seq, says });
  const entries = ledger.map(entryOf);
  checkLedger(entries, of(null));
  for (const evidence of members) {
    const report = of(evidence.member);
    checkReceipts(evidence, entries, report);
    if (evidence.member !== HUB) checkAuthors(evidence, entries, report);
    checkShown(evidence, entries, report);
  }
  checkCheckpoints(members, entries, of(null));
  return violations;
};
