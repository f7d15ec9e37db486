import {
  append,
  commitAll,
  encodeFrontier,
  encodeRecord,
  type Frontier,
  leafHash,
  recipientsHash,
  rootOf,
} from '@eads/ledger';
import {
  type Decision,
  decideRelease,
  type NoticeState,
  noticeOutcome,
  noticeRefOf,
  reachesNobody,
} from '@eads/policy';
import {
  erase,
  type FullOpening,
  ITEM_CODES,
  type ItemCode,
  kindOf,
  SECRETARIAT,
  type SenderOpening,
} from '@eads/protocol';
import { applyStateEvent, type Directory, type Envelope, roster, signerAt, verifyCompactSync } from '@eads/signing';
import type { ClaimedId, NewEntry, NewSubtree } from '@eads/store';
import type { Candidate, Outcome } from './candidate.ts';

/** What the lock gives: where numbering goes on, and what earlier entries decided. */
export interface Ground {
  readonly origin: string;
  readonly size: number;
  /** ms, not below the last entry's. */
  readonly timeMs: number;
  readonly frontier: Frontier;
  readonly rseqs: Readonly<Record<string, number>>;
  readonly stateVersion: number;
  readonly directory: Directory;
  readonly claimed: readonly ClaimedId[];
  readonly epoch: number;
  readonly notices: readonly NoticeState[];
  /** Authors and kinds of entries that an `erase` in the batch names. */
  readonly erasable: ReadonlyMap<number, Erasable>;
  /** Candidates that another batch is to take. */
  readonly postponed: ReadonlySet<Candidate>;
}

/** What an `erase` must know of an entry that it names. */
export interface Erasable {
  readonly sender: string;
  readonly kind: string | null;
}

/** A batch decided, ready to be written. */
export interface Decided {
  readonly outcomes: readonly Outcome[];
  readonly entries: readonly NewEntry[];
  /** Of each entry: in full, and as its sender may see them. */
  readonly openings: readonly (readonly FullOpening[])[];
  readonly senderOpenings: readonly SenderOpening[][];
  readonly notices: readonly NoticeState[];
  readonly subtrees: readonly NewSubtree[];
  readonly erasures: readonly { readonly seqs: readonly number[]; readonly by: string }[];
  readonly frontier: Frontier;
  readonly frontierBytes: Uint8Array;
  readonly root: Uint8Array;
  readonly rseqs: Readonly<Record<string, number>>;
  readonly stateVersion: number;
  readonly directory: Directory;
  /** Errors of our own, each over one candidate, which is asked to come again: it holds up no other. */
  readonly faults: readonly unknown[];
}

/** Subtree levels that are kept: complete subtrees of 256, 65,536, … leaves. */
const TILE_BITS = 8;

/**
 * Decides, numbers and commits a batch, in order; each entry sees what the ones before it changed. Pure: what it gives is
 * written by the caller in the same transaction that holds the lock, or not at all.
 * @param mayLog whether this refusal goes into the ledger, under its member's quota
 */
export const decideBatch = (
  ground: Ground,
  candidates: readonly Candidate[],
  randomBytes: (bytes: number) => Uint8Array,
  mayLog: (member: string, code: ItemCode) => boolean,
): Decided => {
  const claimed = new Map(ground.claimed.map((row) => [`${row.sender}/${row.id}`, row]));
  const notices = new Map(ground.notices.map((notice) => [notice.ref, notice]));
  const changed = new Map<string, NoticeState>();
  const rseqs: Record<string, number> = { ...ground.rseqs };
  const entries: NewEntry[] = [];
  const openings: (readonly FullOpening[])[] = [];
  const senderOpenings: SenderOpening[][] = [];
  const leaves: Uint8Array[] = [];
  const erasures: { seqs: readonly number[]; by: string }[] = [];
  let directory = ground.directory;
  let stateVersion = ground.stateVersion;
  let members = roster(directory);

  const write = (
    candidate: Candidate,
    sender: string,
    code: string,
    decisions: readonly Decision[],
    claims: boolean,
  ): Outcome => {
    const seq = ground.size + entries.length;
    const own = members.map((member, i) => (rseqs[member] ?? 0) + (decisions[i] === 'deliver' ? 1 : 0));
    const sealed = commitAll(members, decisions, own, randomBytes);
    const recipients = recipientsHash(sealed.commitments);
    const record = encodeRecord({
      seq,
      time: ground.timeMs,
      from: sender,
      id: candidate.id,
      code,
      envelopeHash: Buffer.from(candidate.hash, 'base64'),
      recipientsHash: recipients,
    });
    const leaf = leafHash(Buffer.from(record, 'latin1'));
    // Nothing is changed before this line: what throws above leaves the batch as it was.
    members.forEach((member, i) => {
      if (decisions[i] === 'deliver') rseqs[member] = own[i] as number;
    });
    leaves.push(leaf);
    openings.push(sealed.full);
    senderOpenings.push(sealed.sender);
    entries.push({
      seq,
      timeMs: ground.timeMs,
      sender,
      id: candidate.id,
      code,
      kind: candidate.envelope?.claims.kind ?? null,
      envelopeHash: candidate.hash,
      recipientsHash: Buffer.from(recipients).toString('base64'),
      leaf: Buffer.from(leaf).toString('base64'),
      commitments: Buffer.from(sealed.commitments).toString('base64'),
      openings: JSON.stringify(sealed.full),
      envelope: code === 'accepted' ? candidate.text : null,
      claims,
    });
    if (claims && candidate.id !== null) {
      const { id, hash } = candidate;
      claimed.set(`${sender}/${id}`, { sender, id, envelopeHash: hash, epoch: ground.epoch, seq });
    }
    return { type: 'entry', seq };
  };

  const starting: Outcome = { type: 'retry', code: 'starting', afterMs: RETRY_MS };
  const busy: Outcome = { type: 'retry', code: 'overloaded', afterMs: RETRY_MS };

  const refuse = (candidate: Candidate, code: ItemCode): Outcome => {
    // Entry 0 is the genesis: until it stands there is no member whose refusal could be logged.
    if (ground.size + entries.length === 0) return starting;
    if (!ITEM_CODES[code].logged) return { type: 'retry', code, afterMs: RETRY_MS };
    if (!mayLog(candidate.member, code)) return { type: 'retry', code: 'quota', afterMs: QUOTA_MS };
    const none: Decision[] = members.map(() => 'none');
    return write(candidate, candidate.member, code, none, ITEM_CODES[code].retry === 'never-this-id');
  };

  /** An entry that an `erase` may name: of earlier batches, or of this one. */
  const entryAt = (seq: number): Erasable | undefined => {
    const own = entries[seq - ground.size];
    return own ?? ground.erasable.get(seq);
  };

  /** A key that came with an earlier entry, of this batch or of another replica, was not known when the signature was looked at. */
  const signatureHolds = (signature: Candidate['signature'], { claims, parsed }: Envelope, seq: number): boolean => {
    if (signature !== 'unknown-key') return signature === 'holds';
    const { key } = signerAt(directory, claims.from, parsed.header.kid, seq);
    return key !== null && verifyCompactSync(parsed, key);
  };

  const decideOne = (candidate: Candidate): Outcome => {
    const { envelope } = candidate;
    if (ground.postponed.has(candidate)) return busy;
    if (candidate.refused !== null || envelope === null) return refuse(candidate, candidate.refused ?? 'bad-form');
    const { claims, kind } = envelope;
    const { kid } = envelope.parsed.header;
    const seq = ground.size + entries.length;
    if (!signatureHolds(candidate.signature, envelope, seq)) return refuse(candidate, 'bad-signature');
    const before = claimed.get(`${claims.from}/${claims.id}`);
    if (before) {
      return before.envelopeHash === candidate.hash && before.epoch === ground.epoch
        ? { type: 'original', seq: before.seq }
        : refuse(candidate, 'id-conflict');
    }
    if (claims.kind !== 'genesis') {
      const { status } = signerAt(directory, claims.from, kid, seq);
      if (status === 'revoked') return refuse(candidate, 'key-revoked');
      if (status === 'left') return refuse(candidate, 'not-allowed');
      if (status !== 'current') return refuse(candidate, 'bad-signature');
    }
    if (kind === null || envelope.objection !== null)
      return refuse(candidate, envelope.objection?.code ?? 'kind-unknown');
    let after = directory;
    if (kind.state) {
      const applied = applyStateEvent(directory, seq, envelope);
      if (!applied.ok) return refuse(candidate, applied.code);
      after = applied.directory;
    }
    const ref = noticeRefOf(claims);
    const outcome = noticeOutcome(claims, ref === null ? undefined : notices.get(ref));
    if (outcome && 'refused' in outcome) return refuse(candidate, outcome.refused);
    if (kind.kind === 'erase' && !mayErase(claims.from, claims.body.seqs as number[], entryAt)) {
      return refuse(candidate, 'not-allowed');
    }
    const decisions = decideRelease(kind, { claims, roster: members });
    if (reachesNobody(decisions) || namesStrangersOnly(claims.to, decisions)) return refuse(candidate, 'no-recipient');
    const written = write(candidate, claims.from, 'accepted', decisions, true);
    if (outcome) {
      notices.set(outcome.change.ref, outcome.change);
      changed.set(outcome.change.ref, outcome.change);
    }
    if (kind.kind === 'erase') {
      erasures.push({ seqs: claims.body.seqs as number[], by: `${claims.from}/${claims.id}` });
    }
    if (kind.state) {
      directory = after;
      stateVersion += 1;
      members = roster(directory);
    }
    return written;
  };

  const faults: unknown[] = [];
  const outcomes = candidates.map((candidate): Outcome => {
    try {
      return decideOne(candidate);
    } catch (error) {
      faults.push(error);
      return busy;
    }
  });
  const subtrees: NewSubtree[] = [];
  const frontier = append(ground.frontier, leaves, (level, index, hash) => {
    if (level > 0 && level % TILE_BITS === 0) subtrees.push({ level: level / TILE_BITS, index, hash });
  });
  return {
    outcomes,
    entries,
    openings,
    senderOpenings,
    notices: [...changed.values()],
    subtrees,
    erasures,
    frontier,
    frontierBytes: encodeFrontier(frontier),
    root: rootOf(frontier),
    rseqs,
    stateVersion,
    directory,
    faults,
  };
};

const RETRY_MS = 1_000;
const QUOTA_MS = 60_000;

/** A state event, which everybody's keys rest on; and an `erase`, without which nobody could tell why bytes are missing. */
const mustStay = (kind: string | null): boolean =>
  kind === erase.kind || (kind !== null && kindOf(kind, 1)?.state === true);

/** Only the author or the Secretariat erases, and never what must stay. What is not in the ledger cannot be erased. */
const mayErase = (author: string, seqs: readonly number[], entryAt: (seq: number) => Erasable | undefined): boolean =>
  seqs.every((seq) => {
    const entry = entryAt(seq);
    return entry !== undefined && !mustStay(entry.kind) && (entry.sender === author || author === SECRETARIAT);
  });

/** Members are named, and none of them is on the roster. */
const namesStrangersOnly = (to: 'all' | readonly string[], decisions: readonly Decision[]): boolean =>
  to !== 'all' && to.length > 0 && decisions.every((decision) => decision === 'none');

/** What a batch needs to know of, and what of it would take the lock for too long at once. */
export interface Needs {
  readonly ids: readonly { readonly sender: string; readonly id: string }[];
  readonly notices: readonly string[];
  readonly erased: readonly number[];
  readonly postponed: ReadonlySet<Candidate>;
}

/** Entries that the erasures of one batch may name, and state events of one member: either costs time under the lock. */
const ERASED_A_BATCH = 4_000;
const STATE_EVENTS_A_BATCH = 16;

/** Which notices, ids and entries a batch needs to know of. */
export const needsOf = (candidates: readonly Candidate[]): Needs => {
  const ids: { sender: string; id: string }[] = [];
  const notices = new Set<string>();
  const erased = new Set<number>();
  const postponed = new Set<Candidate>();
  const stateEvents = new Map<string, number>();
  for (const candidate of candidates) {
    const { envelope, refused } = candidate;
    if (envelope === null || refused !== null) continue;
    const { claims, kind } = envelope;
    const events = (stateEvents.get(claims.from) ?? 0) + (kind?.state === true ? 1 : 0);
    const seqs = claims.kind === 'erase' ? (claims.body.seqs as number[]) : [];
    if ((kind?.state && events > STATE_EVENTS_A_BATCH) || (seqs.length > 0 && erased.size > ERASED_A_BATCH)) {
      postponed.add(candidate);
      continue;
    }
    stateEvents.set(claims.from, events);
    ids.push({ sender: claims.from, id: claims.id });
    const ref = noticeRefOf(claims);
    if (ref !== null) notices.add(ref);
    for (const seq of seqs) erased.add(seq);
  }
  return { ids, notices: [...notices], erased: [...erased], postponed };
};
