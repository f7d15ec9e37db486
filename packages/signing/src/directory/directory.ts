import type { Envelope } from '../envelope.ts';
import { verifyCompactSync } from '../jws.ts';
import type { VerifyKey } from '../public-key.ts';
import { type DirectoryMember, type Registry, refuse, type StateRefusal, signingKeyOf } from './registry.ts';
import { type Change, readStateChange, type StateEvent } from './state-event.ts';
import { signerFault, step, vouchedRotation } from './step.ts';

/**
 * The key directory: a fold over the state events of one epoch, immutable. It holds for entries from `next` on;
 * `before` is what held until the last event, so that every earlier position can be asked for.
 */
export interface Directory extends Registry {
  readonly next: number;
  readonly event: StateEvent | null;
  readonly before: Directory | null;
  /** State events without effect: seq, and the entry from which on. */
  readonly voids: ReadonlyMap<number, number>;
}

export type Applied = { readonly ok: true; readonly directory: Directory } | StateRefusal;

/** The directory before entry 0. */
export const emptyDirectory = (origin: string): Directory => ({
  origin,
  founding: null,
  members: new Map(),
  next: 0,
  event: null,
  before: null,
  voids: new Map(),
});

/** The directory that holds for the entry `seq`: state events act on later entries only. */
export const directoryAt = (directory: Directory, seq: number): Directory => {
  let at = directory;
  while (at.before !== null && at.next > seq) at = at.before;
  return at;
};

const history = (directory: Directory): StateEvent[] => {
  const events: StateEvent[] = [];
  for (let at: Directory | null = directory; at?.event; at = at.before) events.push(at.event);
  return events.reverse();
};

/** Seqs of the state events that these revocations make void. Genesis stands whatever happens: the epoch hangs on it. */
const undone = (directory: Directory, { seq, from, kid, change }: StateEvent): Set<number> => {
  const voids = new Set<number>();
  if (change.kind !== 'key.revoke' && change.kind !== 'key.recover') return voids;
  const whose = change.kind === 'key.recover' ? change.enrolment.member : from;
  const member = directory.members.get(whose);
  const events = history(directory);
  for (const { kid: revoked, since } of change.revokes) {
    const handover = change.kind === 'key.revoke' && member ? vouchedRotation(member, kid, revoked) : undefined;
    for (const event of events) {
      const within = event.kid === revoked && event.seq >= since && event.seq < seq && event.seq > 0;
      if (within && event.seq !== handover && !directory.voids.has(event.seq)) voids.add(event.seq);
    }
  }
  return voids;
};

/** Keys and members that the new fold does not know any more stay known as what they were, and are refused. */
const withFallen = (before: Registry, refolded: Registry, seq: number): Registry => {
  const members = new Map(refolded.members);
  for (const old of before.members.values()) {
    const now: DirectoryMember = members.get(old.code) ?? { ...old, active: false, since: seq, keys: [] };
    const known = new Set(now.keys.map(({ key }) => key.kid));
    const fallen = old.keys.filter(({ key }) => !known.has(key.kid)).map((record) => ({ ...record, fallen: true }));
    members.set(old.code, { ...now, keys: [...now.keys, ...fallen] });
  }
  return { ...refolded, members };
};

/** The registry folded anew without the void events; those that rested on them fall too and join `voids`. */
const refold = (directory: Directory, voids: Map<number, number>, seq: number): Registry => {
  let registry: Registry = emptyDirectory(directory.origin);
  for (const event of history(directory)) {
    if (voids.has(event.seq)) continue;
    const result = step(registry, event);
    if (result.ok) registry = result.registry;
    else voids.set(event.seq, seq);
  }
  return withFallen(directory, registry, seq);
};

const applyEvent = (directory: Directory, event: StateEvent): Applied => {
  const { seq } = event;
  const fresh = undone(directory, event);
  let base: Registry = directory;
  let { voids } = directory;
  if (fresh.size > 0) {
    // What the event itself undoes must not stand in its way: it is judged on the registry without that.
    const all = new Map([...voids, ...[...fresh].map((each) => [each, seq] as const)]);
    base = refold(directory, all, seq);
    voids = all;
  }
  const result = step(base, event);
  if (!result.ok) return result;
  const { origin, founding, members } = result.registry;
  return { ok: true, directory: { origin, founding, members, next: seq + 1, event, before: directory, voids } };
};

/** The key that must have signed: that of the Secretariat's own block in a genesis, else one the directory knows. */
const signerOf = (directory: Directory, { kid }: Envelope['parsed']['header'], from: string, change: Change) => {
  if (change.kind === 'genesis') return change.members.find(({ signing }) => signing.kid === kid)?.signing;
  return signingKeyOf(directory.members.get(from), kid)?.key;
};

/**
 * The directory after the state event that stands at `seq`, or why it may not stand there (a code for its refusal).
 * Checks everything: origin, author, the envelope's signature, the signatures inside, and the rules of its kind. Pure
 * and synchronous (about 0.1 ms a signature). Seqs come in rising order; what lies between are other kinds.
 */
export const applyStateEvent = (directory: Directory, seq: number, envelope: Envelope): Applied => {
  const { claims, parsed, objection } = envelope;
  const { kid } = parsed.header;
  if (!Number.isSafeInteger(seq) || seq < directory.next) {
    return refuse('bad-state', `State events come in order: ${seq} is below ${directory.next}.`);
  }
  if (claims.origin !== directory.origin) {
    return refuse('other-origin', `The event is for ${claims.origin}; this is ${directory.origin}.`);
  }
  if (objection) return refuse(objection.code, objection.why);
  if (claims.kind !== 'genesis') {
    const fault = signerFault(directory, claims.from, kid);
    if (fault) return fault;
  }
  const read = readStateChange(envelope, directory);
  if (!read.ok) return read;
  const key: VerifyKey | undefined = signerOf(directory, parsed.header, claims.from, read.change);
  if (!key || !verifyCompactSync(parsed, key)) {
    return refuse('bad-signature', `The signature of ${claims.from} on this ${claims.kind} does not hold.`);
  }
  return applyEvent(directory, { seq, from: claims.from, kid, change: read.change });
};
