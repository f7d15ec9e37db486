import { HUB, ITEM_CODES, recordCode } from '@eads/protocol';
import {
  applyStateEvent,
  type Directory,
  type Envelope,
  openEnvelope,
  roster,
  type SignerStatus,
  signerAt,
  verifyCompact,
  verifyCompactSync,
} from '@eads/signing';
import { equalBytes } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { leafHash } from '../hash.ts';
import { type LedgerRecord, parseRecord } from '../record.ts';
import type { AuditCode } from './codes.ts';
import { type Decided, decisionFault } from './decisions.ts';
import type { Erasures } from './erasures.ts';
import type { Findings, Place } from './findings.ts';
import type { IdSet } from './id-set.ts';
import type { InFlight } from './in-flight.ts';
import type { AuditCounts } from './report.ts';
import type { Tree } from './tree.ts';

/** What an audit knows while it goes through the entries in order. */
export interface Walk {
  readonly origin: string;
  readonly viewer: string;
  /** Text of `genesis.jws`, and the directory that it founds. */
  readonly genesis: string;
  readonly founded: Directory;
  readonly findings: Findings;
  readonly tree: Tree;
  readonly ids: IdSet;
  readonly erasures: Erasures;
  readonly inFlight: InFlight;
  readonly counts: AuditCounts;
  /** Seqs by `<from> <kid>`: a revocation that comes later makes some of them suspect. */
  readonly signed: Map<string, number[]>;
  /** Each member's own number so far. */
  readonly rseqs: Map<string, number>;
  /** As it holds for the entry looked at. */
  directory: Directory;
  roster: readonly string[];
  time: number;
}

/** An entry that is there in full. */
export interface Row {
  readonly seq: number;
  readonly where: Place;
  readonly record: LedgerRecord;
  readonly envelope?: string | undefined;
  readonly erasedBy?: string | undefined;
}

export const report = (walk: Walk, code: AuditCode, where: Place, what: string): void =>
  walk.findings.add('entries', code, where, what);

/** Reads a record and adds its leaf to the tree, whatever it says: the log may have been signed over a bad one. */
export const readRecord = (walk: Walk, seq: number, text: string, where: Place): LedgerRecord | undefined => {
  walk.tree.push(leafHash(text));
  let record: LedgerRecord;
  try {
    record = parseRecord(text);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    report(walk, 'entry-altered', where, error.message);
    return undefined;
  }
  if (record.seq !== seq) {
    report(walk, 'entry-altered', where, `The record is that of entry ${record.seq}.`);
    return undefined;
  }
  if (record.time < walk.time) {
    report(walk, 'time-goes-back', where, `It is ${walk.time - record.time} ms older than an entry before it.`);
  }
  walk.time = Math.max(walk.time, record.time);
  return record;
};

const count = ({ counts }: Walk, from: string, what: 'accepted' | 'refused'): void => {
  counts[what] += 1;
  counts.byMember[from] ??= { accepted: 0, refused: 0 };
  counts.byMember[from][what] += 1;
};

const missingBytes = (walk: Walk, { seq, where, record, erasedBy }: Row): void => {
  walk.erasures.entry(seq, record.from, { state: false, held: false });
  if (erasedBy === undefined) return;
  walk.counts.erased += 1;
  walk.erasures.erased(seq, erasedBy, where);
};

/** A refusal: for nobody, with a code of the closed set. `decided` is null where the export does not show it. */
export const checkRefused = (walk: Walk, row: Row, decided: readonly Decided[]): void => {
  const { where, record } = row;
  count(walk, record.from, 'refused');
  missingBytes(walk, row);
  const code = recordCode.safeParse(record.code);
  if (!code.success || code.data === 'accepted' || !ITEM_CODES[code.data].logged) {
    report(walk, 'refusal-form', where, `"${record.code}" is no code with which an entry is refused.`);
  }
  const got = decided.find(([, decision]) => decision !== 'none');
  if (got) report(walk, 'refusal-form', where, `It is refused, and says "${got[1]}" for ${got[0]}.`);
  if (record.from !== HUB && !walk.directory.members.has(record.from)) {
    report(walk, 'wrong-author', where, `${record.from} is no member of this run.`);
  }
};

const STATUS: Record<Exclude<SignerStatus, 'current'>, string> = {
  replaced: 'which another key had replaced',
  revoked: 'which was revoked',
  left: 'and that member takes no part any more',
  unknown: 'which is no signing key of that member there',
};

const badKey = (walk: Walk, where: Place, from: string, kid: string, status: SignerStatus): void => {
  const why = STATUS[status === 'current' ? 'unknown' : status];
  report(walk, 'key-not-valid-at-position', where, `${from} signed with the key ${kid}, ${why}.`);
};

const noteSigner = (walk: Walk, seq: number, from: string, kid: string): void => {
  const name = `${from} ${kid}`;
  const seqs = walk.signed.get(name);
  if (seqs) seqs.push(seq);
  else walk.signed.set(name, [seq]);
};

const checkState = (walk: Walk, { seq, where }: Row, envelope: Envelope): void => {
  const { claims, parsed } = envelope;
  const { kid } = parsed.header;
  if (seq === 0) {
    // It is the genesis that lies beside, which was verified before anything else; or else that was told.
    noteSigner(walk, seq, claims.from, kid);
    return;
  }
  const { key, status } = signerAt(walk.directory, claims.from, kid, seq);
  if (key === null || status !== 'current') {
    badKey(walk, where, claims.from, kid, status);
    return;
  }
  noteSigner(walk, seq, claims.from, kid);
  const applied = applyStateEvent(walk.directory, seq, envelope);
  if (applied.ok) {
    walk.directory = applied.directory;
    walk.roster = roster(applied.directory);
  } else if (verifyCompactSync(parsed, key)) {
    report(walk, 'state-event-invalid', where, applied.why);
  } else {
    report(walk, 'bad-signature', where, `The signature of ${claims.from} does not hold.`);
  }
};

const checkSignature = (walk: Walk, { seq, where }: Row, { claims, parsed }: Envelope): void => {
  const { kid } = parsed.header;
  const { key, status } = signerAt(walk.directory, claims.from, kid, seq);
  if (key === null || status !== 'current') {
    badKey(walk, where, claims.from, kid, status);
    return;
  }
  noteSigner(walk, seq, claims.from, kid);
  walk.inFlight.start(
    verifyCompact(parsed, key).then((holds) => {
      if (!holds) report(walk, 'bad-signature', where, `The signature of ${claims.from} does not hold.`);
    }),
  );
};

/** Reads the envelope and holds it against its record; undefined where it is another, or none that may be accepted. */
const readEnvelope = (walk: Walk, { where, record }: Row, jws: string): Envelope | undefined => {
  const opened = openEnvelope(jws);
  const digest = opened.ok ? opened.envelope.hash : opened.refusal.hash;
  if (!equalBytes(digest, record.envelopeHash)) {
    report(walk, 'entry-altered', where, 'The SHA-256 of the message is not the one in the record.');
    return undefined;
  }
  if (!opened.ok) {
    report(walk, 'envelope-form', where, opened.refusal.why);
    return undefined;
  }
  const { claims, objection } = opened.envelope;
  if (claims.origin !== walk.origin) {
    report(walk, 'origin-mismatch', where, `The message was made for ${claims.origin}; this is ${walk.origin}.`);
  }
  if (claims.from !== record.from || claims.id !== record.id) {
    const what = `The record names ${record.from}/${record.id ?? '-'}; the message is ${claims.from}/${claims.id}.`;
    report(walk, 'wrong-author', where, what);
    return undefined;
  }
  if (objection?.code === 'not-allowed') report(walk, 'wrong-author', where, objection.why);
  if (objection?.code === 'kind-unknown') walk.counts.notUnderstood += 1;
  return opened.envelope;
};

/** Whether entry 0, and no other, is the genesis that lies beside. */
const checkGenesis = (walk: Walk, { seq, where, envelope }: Row): void => {
  if (seq === 0 && envelope !== walk.genesis) {
    report(walk, 'genesis-mismatch', where, 'Entry 0 is not the genesis that lies beside as genesis.jws.');
  }
};

/**
 * An accepted entry: its id, its bytes or who erased them, its author, recipients and signature.
 * @param decided what the export shows of its recipients
 * @returns the message, where it is there and is the one recorded
 */
export const checkAccepted = (walk: Walk, row: Row, decided: readonly Decided[]): Envelope | undefined => {
  const { seq, where, record, envelope: jws } = row;
  count(walk, record.from, 'accepted');
  if (record.id === null) report(walk, 'entry-altered', where, 'It is accepted, and has no id.');
  else if (!walk.ids.add(`${record.from}/${record.id}`)) {
    report(walk, 'duplicate-id', where, `${record.from}/${record.id} was accepted in an entry before.`);
  }
  checkGenesis(walk, row);
  if (jws === undefined) {
    missingBytes(walk, row);
    if (row.erasedBy === undefined) report(walk, 'missing-signature', where, 'The message is not there.');
    const own = decided.find(([member]) => member === record.from);
    if (own && own[1] !== 'none') {
      report(walk, 'decision-mismatch', where, `The entry says "${own[1]}" for its own sender ${record.from}.`);
    }
    return undefined;
  }
  if (row.erasedBy !== undefined) {
    report(walk, 'not-canonical', where, 'It has the message and names an erasure; it must have one of the two.');
  }
  const envelope = readEnvelope(walk, row, jws);
  walk.erasures.entry(seq, record.from, { state: envelope?.kind?.state === true, held: true });
  if (!envelope) return undefined;
  const { claims, kind } = envelope;
  const fault = decisionFault(claims, kind, decided);
  if (fault !== undefined) report(walk, 'decision-mismatch', where, fault);
  if (kind?.state === true) checkState(walk, row, envelope);
  else checkSignature(walk, row, envelope);
  if (kind?.kind === 'erase') {
    walk.erasures.erase(seq, `${claims.from}/${claims.id}`, claims.body.seqs as number[], where);
  }
  return envelope;
};
