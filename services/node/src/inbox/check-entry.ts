import {
  type LedgerRecord,
  leafHash,
  parseRecord,
  sha256Base64,
  verifyRecipientOpening,
  verifyRecipients,
} from '@eads/ledger';
import { KINDS, type ReadableEntry, type RecipientOpening } from '@eads/protocol';
import { applyStateEvent, type Directory, openEnvelope, roster } from '@eads/signing';
import type { ErasureClaim, InboxEntry } from '@eads/store';
import { type EvidenceCode, EvidenceError } from '../evidence.ts';

/** Where a delivery stands: what the next entry is judged by. */
export interface Position {
  readonly seq: number;
  /** This member's own dense number so far. */
  readonly rseq: number;
  /** Ledger time of the last readable entry, ms. */
  readonly timeMs: number;
  /** Members and keys as the state events before this entry made them. */
  readonly directory: Directory;
  /** Their codes, in code order. */
  readonly roster: readonly string[];
}

export interface CheckContext {
  readonly member: string;
  /** base64 SHA-256 of the pinned genesis envelope. */
  readonly genesisHash: string;
  /** The largest size of the log that the hub has told of: by then an erasure that it names must have come. */
  readonly knownSize: number;
}

export interface CheckedEntry {
  readonly entry: InboxEntry;
  readonly after: Position;
  readonly claim: ErasureClaim | null;
}

const STATE_KINDS: ReadonlySet<string> = new Set(KINDS.filter((kind) => kind.state).map((kind) => kind.kind));

/** The kind that an envelope names, without checking anything else of it; null where none can be read. */
const peekKind = (envelope: string): string | null => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const kind = (claims as { kind?: unknown } | null)?.kind;
    return typeof kind === 'string' && /^[a-z.-]{1,80}$/.test(kind) ? kind : null;
  } catch {
    return null;
  }
};

/** Another's entry: nothing is known of it but its leaf hash. */
export const leafEntry = (seq: number, leaf: string): InboxEntry => ({
  seq,
  leaf,
  record: null,
  timeMs: null,
  sender: null,
  id: null,
  code: null,
  commitments: null,
  envelope: null,
  erasedBy: null,
  decision: null,
  salt: null,
  salt2: null,
  rseq: null,
  kind: null,
});

interface Judged {
  readonly item: ReadableEntry;
  readonly opening: RecipientOpening | null;
  readonly record: LedgerRecord;
  readonly kind: string | null;
  readonly roster: readonly string[];
  fault(code: EvidenceCode, why: string): EvidenceError;
}

const readRecord = (item: ReadableEntry, seq: number): LedgerRecord => {
  let record: LedgerRecord;
  try {
    record = parseRecord(item.record);
  } catch (error) {
    throw new EvidenceError('bad-record', seq, { why: (error as Error).message, item });
  }
  if (record.seq !== seq) {
    throw new EvidenceError('bad-record', seq, { why: `The record says it is entry ${record.seq}.`, item });
  }
  return record;
};

const checkEnvelope = ({ item, record, fault }: Judged): void => {
  if ((item.envelope === undefined) === (item.erasedBy === undefined)) {
    throw fault('other-envelope', 'The entry must carry either its envelope or who erased it.');
  }
  if (item.envelope !== undefined && sha256Base64(item.envelope) !== base64(record.envelopeHash)) {
    throw fault('other-envelope', 'The hash of the envelope is not that in the record.');
  }
};

const checkCommitments = ({ item, record, roster: members, fault }: Judged): Buffer => {
  const commitments = Buffer.from(item.commitments, 'base64');
  if (commitments.toString('base64') !== item.commitments || commitments.length !== members.length * 32) {
    throw fault('bad-commitments', `There are ${members.length} members on the roster before this entry.`);
  }
  try {
    verifyRecipients(commitments, record.recipientsHash);
  } catch (error) {
    throw fault('bad-commitments', (error as Error).message);
  }
  return commitments;
};

/** Without an opening come state events only: one's own, and those from before one was on the roster. */
const mayLackOpening = ({ item, record, kind, roster: members }: Judged, member: string): boolean =>
  item.envelope !== undefined &&
  kind !== null &&
  STATE_KINDS.has(kind) &&
  (record.from === member || !members.includes(member));

/** Returns this member's own dense number after the entry. */
const checkOpening = (judged: Judged, commitments: Buffer, member: string, rseq: number): number => {
  const { opening, roster: members, fault } = judged;
  if (opening === null) {
    if (!mayLackOpening(judged, member)) throw fault('no-opening', 'No opening came with it.');
    return rseq;
  }
  const at = members.indexOf(member);
  if (at < 0) throw fault('bad-opening', `${member} is not on the roster before this entry.`);
  try {
    verifyRecipientOpening(commitments, at, member, opening);
  } catch (error) {
    throw fault('bad-opening', (error as Error).message);
  }
  const [decision, , , own] = opening;
  if (decision !== 'deliver') throw fault('bad-opening', `It was delivered, and the decision is ${decision}.`);
  if (own !== rseq + 1) throw fault('rseq-gap', `Its own number is ${own}, and ${rseq + 1} should have come.`);
  return own;
};

const foldState = ({ item, record, fault }: Judged, { seq, directory }: Position): Directory => {
  const opened = openEnvelope(item.envelope as string);
  if (!opened.ok) throw fault('bad-envelope', opened.refusal.why);
  const { claims, kind } = opened.envelope;
  // A newer version of a state event: nobody can go on without understanding it, and nobody is to blame.
  if (kind === null) throw new Error(`Entry ${seq} is a ${claims.kind} of version ${claims.v}. Upgrade this node.`);
  if (claims.from !== record.from || claims.id !== record.id) {
    throw fault('bad-envelope', 'Author or id are not those of the record.');
  }
  const applied = applyStateEvent(directory, seq, opened.envelope);
  if (!applied.ok) throw fault('state-event-unsound', applied.why);
  return applied.directory;
};

/**
 * Checks one delivered entry that this member may read: its record, envelope, commitments and own opening, against the roster
 * before it. State events are folded at once, as they decide on the next entry. Pure.
 * @throws EvidenceError
 */
export const checkReadable = (
  context: CheckContext,
  position: Position,
  item: ReadableEntry,
  opening: RecipientOpening | null,
): CheckedEntry => {
  const { member } = context;
  const { seq, rseq, timeMs, directory, roster: members } = position;
  const record = readRecord(item, seq);
  const kind = item.envelope === undefined ? null : peekKind(item.envelope);
  const judged: Judged = {
    item,
    opening,
    record,
    kind,
    roster: members,
    fault: (code, why) => new EvidenceError(code, seq, { why, item, opening }),
  };
  if (record.code !== 'accepted') throw judged.fault('refused-delivered', `The record says ${record.code}.`);
  if (record.time < timeMs) throw judged.fault('time-backwards', `An entry before it is of ${timeMs}.`);
  checkEnvelope(judged);
  if (seq === 0 && base64(record.envelopeHash) !== context.genesisHash) {
    throw judged.fault('other-genesis', `Pinned is ${context.genesisHash}.`);
  }
  const commitments = checkCommitments(judged);
  const own = checkOpening(judged, commitments, member, rseq);
  const folds = kind !== null && STATE_KINDS.has(kind);
  const folded = folds ? foldState(judged, position) : directory;
  const [decision = null, salt = null, salt2 = null] = opening ?? [];
  return {
    entry: {
      seq,
      leaf: base64(leafHash(item.record)),
      record: item.record,
      timeMs: record.time,
      sender: record.from,
      id: record.id,
      code: record.code,
      commitments: item.commitments,
      envelope: item.envelope ?? null,
      erasedBy: item.erasedBy ?? null,
      decision,
      salt,
      salt2,
      rseq: opening === null ? null : own,
      kind,
    },
    after: {
      seq: seq + 1,
      rseq: own,
      timeMs: record.time,
      directory: folded,
      roster: folds ? roster(folded) : members,
    },
    claim:
      item.erasedBy === undefined
        ? null
        : { seq, erasedBy: item.erasedBy, knownSize: Math.max(context.knownSize, seq + 1) },
  };
};

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
