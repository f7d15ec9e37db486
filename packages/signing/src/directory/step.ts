import { byCode, SECRETARIAT } from '@eads/protocol';
import type { Enrolment } from '../enrolment.ts';
import { formatVkey, WITNESS_KEY_TYPE } from '../vkey.ts';
import {
  type DirectoryKey,
  type DirectoryMember,
  isCurrent,
  keyOf,
  type Registry,
  refuse,
  type StateRefusal,
  type Step,
  signingKeyOf,
  withMember,
} from './registry.ts';
import type { Approver, Change, Revocation, StateEvent } from './state-event.ts';

/** Keys that one member may go through in an epoch: what a hostile one can make the others remember. */
const MAX_KEYS = 512;
/** Members beside the Secretariat that must approve a recovery. */
const APPROVING_MEMBERS = 3;

type Placed = { ok: true; member: DirectoryMember } | StateRefusal;

/** k = floor(2n/3) + 1 over the n forces that co-sign. */
export const quorumOver = (forces: number): number => Math.floor((2 * forces) / 3) + 1;

const keysOf = (
  { signing, encryption, witness }: Enrolment,
  from: number,
  broughtBy: string | null,
): DirectoryKey[] => {
  const fresh = { from, replacedAt: null, revoked: null, fallen: false };
  const keys: DirectoryKey[] = [
    { ...fresh, use: 'signing', key: signing, broughtBy },
    { ...fresh, use: 'encryption', key: encryption },
  ];
  if (witness) {
    const vkey = formatVkey(witness.name, WITNESS_KEY_TYPE, witness.key);
    keys.push({ ...fresh, use: 'witness', key: witness.key, vkey });
  }
  return keys;
};

const takenBy = (registry: Registry, kid: string): string | undefined => {
  if (registry.founding?.hubKey.kid === kid) return 'the hub';
  for (const member of registry.members.values()) if (keyOf(member, kid)) return member.code;
  return undefined;
};

/**
 * Puts the keys of a block in place of those that stand. A key that was replaced or revoked never comes back; one whose
 * event became void may, since what was undone is done again by signing it anew.
 */
const placeKeys = (
  registry: Registry,
  member: DirectoryMember,
  enrolment: Enrolment,
  seq: number,
  broughtBy: string | null,
): Placed => {
  const stays = new Set<string>();
  const fresh = new Map<string, DirectoryKey>();
  for (const record of keysOf(enrolment, seq, broughtBy)) {
    const { kid } = record.key;
    const known = keyOf(member, kid);
    if (known?.use === record.use && isCurrent(known)) {
      stays.add(kid);
      continue;
    }
    if (known && !(known.use === record.use && known.fallen && known.revoked === null)) {
      return refuse('bad-state', `${member.code} had the ${record.use} key ${kid} before. Make a new one.`);
    }
    const owner = known ? undefined : takenBy(registry, kid);
    if (owner !== undefined) {
      return refuse('bad-state', `The ${record.use} key ${kid} is one of ${owner}. Make a new one.`);
    }
    fresh.set(kid, record);
  }
  const kept = member.keys
    .filter(({ key }) => !fresh.has(key.kid))
    .map((record) =>
      record.replacedAt === null && !record.fallen && !stays.has(record.key.kid)
        ? { ...record, replacedAt: seq }
        : record,
    );
  if (kept.length + fresh.size > MAX_KEYS) {
    return refuse('bad-state', `${member.code} went through ${MAX_KEYS} keys in this epoch. Begin a new epoch.`);
  }
  return { ok: true, member: { ...member, keys: [...kept, ...fresh.values()] } };
};

const founded = (registry: Registry, { seq, from, kid }: StateEvent, change: Change & { kind: 'genesis' }): Step => {
  if (registry.founding !== null || seq !== 0) return refuse('bad-state', 'Genesis is entry 0, once an epoch.');
  const codes = change.members.map(({ member }) => member);
  if (codes.some((code, i) => i > 0 && byCode(codes[i - 1] as string, code) >= 0)) {
    return refuse('bad-form', 'The members of a genesis stand in code order, none twice.');
  }
  const secretariat = change.members.find(({ member }) => member === SECRETARIAT);
  if (from !== SECRETARIAT || secretariat?.signing.kid !== kid) {
    return refuse('bad-signature', 'Genesis is signed by the Secretariat, with the signing key of its block inside.');
  }
  const quorum = quorumOver(codes.length - 1);
  if (change.quorum !== quorum) {
    return refuse(
      'bad-state',
      `The quorum of ${codes.length - 1} forces is ${quorum}; the genesis says ${change.quorum}.`,
    );
  }
  if (change.hubKey.kid === change.logKid) return refuse('bad-state', 'Hub key and log key must be two keys.');
  const { hash, hubKey, logKey, predecessor } = change;
  let next: Registry = { ...registry, founding: { hash, hubKey, logKey, predecessor } };
  for (const enrolment of change.members) {
    const blank = { code: enrolment.member, active: true, since: seq, keys: [], vouched: [] };
    const placed = placeKeys(next, blank, enrolment, seq, null);
    if (!placed.ok) return placed;
    if (keyOf(placed.member, change.logKid)) return refuse('bad-state', `The log key is one of ${blank.code}.`);
    next = withMember(next, placed.member);
  }
  return { ok: true, registry: next };
};

const joined = (registry: Registry, seq: number, enrolment: Enrolment): Step => {
  const before = registry.members.get(enrolment.member);
  if (before?.active) return refuse('bad-state', `${before.code} takes part already.`);
  const blank = { code: enrolment.member, keys: [], vouched: [] };
  const placed = placeKeys(registry, { ...(before ?? blank), active: true, since: seq }, enrolment, seq, null);
  return placed.ok ? { ok: true, registry: withMember(registry, placed.member) } : placed;
};

const left = (registry: Registry, seq: number, code: string): Step => {
  const member = registry.members.get(code);
  if (!member?.active || code === SECRETARIAT) return refuse('bad-state', `${code} does not take part.`);
  return { ok: true, registry: withMember(registry, { ...member, active: false, since: seq }) };
};

const rotated = (registry: Registry, { seq, kid }: StateEvent, author: DirectoryMember, enrolment: Enrolment): Step => {
  const placed = placeKeys(registry, author, enrolment, seq, kid);
  if (!placed.ok) return placed;
  if (!placed.member.keys.some(({ from }) => from === seq)) {
    return refuse('bad-state', 'The rotation brings no new key.');
  }
  return { ok: true, registry: withMember(registry, placed.member) };
};

/**
 * The rotation by which the revoked key handed over to the key that now revokes it, or to one from which that key
 * descends. The member vouches for it by signing with what it brought; else no key could ever revoke the one before it.
 */
export const vouchedRotation = (member: DirectoryMember, signer: string, revoked: string): number | undefined => {
  let record = signingKeyOf(member, signer);
  while (record?.broughtBy) {
    if (record.broughtBy === revoked) return record.from;
    record = signingKeyOf(member, record.broughtBy);
  }
  return undefined;
};

const markRevoked = (member: DirectoryMember, seq: number, revokes: readonly Revocation[]): Placed => {
  let keys = member.keys;
  if (new Set(revokes.map(({ kid }) => kid)).size !== revokes.length) {
    return refuse('bad-form', 'A key is named twice among those revoked.');
  }
  for (const { kid, since } of revokes) {
    const record = keyOf(member, kid);
    if (record === undefined) return refuse('bad-state', `${kid} is no key of ${member.code}.`);
    if (since > seq) return refuse('bad-state', `"since" is ${since}, after this entry, ${seq}. Name an entry before.`);
    if (record.revoked && since >= record.revoked.since) {
      return refuse(
        'bad-state',
        `${kid} is revoked since ${record.revoked.since}. Only an earlier "since" adds to that.`,
      );
    }
    const at = record.revoked?.at ?? seq;
    keys = keys.map((each) => (each.key.kid === kid ? { ...each, revoked: { at, since } } : each));
  }
  return { ok: true, member: { ...member, keys } };
};

const revoked = (
  registry: Registry,
  event: StateEvent,
  author: DirectoryMember,
  revokes: readonly [Revocation],
): Step => {
  const [{ kid, since }] = revokes;
  if (kid === event.kid) {
    return refuse('bad-state', 'A key does not revoke itself. Rotate to a new key first, or ask for a recovery.');
  }
  const marked = markRevoked(author, event.seq, revokes);
  if (!marked.ok) return marked;
  const handover = vouchedRotation(author, event.kid, kid);
  const { vouched } = marked.member;
  const member =
    handover !== undefined && handover >= since
      ? { ...marked.member, vouched: [...vouched, new Set([handover])] }
      : marked.member;
  return { ok: true, registry: withMember(registry, member) };
};

const approvalFault = (registry: Registry, code: string, approvers: readonly Approver[]): string | undefined => {
  for (const { member, kid } of approvers) {
    const approving = registry.members.get(member);
    const record = signingKeyOf(approving, kid);
    if (!approving?.active || !record || !isCurrent(record))
      return `${member} approved with a key that is not current.`;
  }
  const members = new Set(approvers.map(({ member }) => member));
  if (members.size !== approvers.length) return 'A member approved twice.';
  if (members.has(code)) return `${code} cannot approve its own recovery.`;
  if (!members.delete(SECRETARIAT)) return 'The approval of the Secretariat is missing.';
  if (members.size < APPROVING_MEMBERS) return `${members.size} members approved; it takes ${APPROVING_MEMBERS}.`;
  return undefined;
};

const recovered = (registry: Registry, seq: number, change: Change & { kind: 'key.recover' }): Step => {
  const { enrolment, revokes, approvers } = change;
  if (enrolment.member === SECRETARIAT) {
    return refuse('bad-state', 'The keys of the Secretariat cannot be recovered. Begin a new epoch.');
  }
  const member = registry.members.get(enrolment.member);
  if (!member?.active) return refuse('bad-state', `${enrolment.member} does not take part.`);
  const fault = approvalFault(registry, member.code, approvers);
  if (fault !== undefined) return refuse('not-allowed', fault);
  const marked = markRevoked(member, seq, revokes);
  if (!marked.ok) return marked;
  const known = keyOf(member, enrolment.signing.kid);
  if (known && !known.fallen) {
    return refuse('bad-state', `A recovery brings a new signing key; ${member.code} had this one before.`);
  }
  const placed = placeKeys(registry, marked.member, enrolment, seq, null);
  return placed.ok ? { ok: true, registry: withMember(registry, placed.member) } : placed;
};

/** Whether this entry of the member lies where one of its keys is suspect, and nobody vouched for it. */
export const inSuspicion = (member: DirectoryMember, seq: number, kid?: string): boolean =>
  member.keys.some(
    ({ use, key, revoked: mark }) =>
      use === 'signing' && (kid === undefined || key.kid === kid) && mark && mark.since <= seq && seq < mark.at,
  ) && !member.vouched.some((seqs) => seqs.has(seq));

const confirmed = (registry: Registry, author: DirectoryMember, seqs: readonly number[]): Step => {
  const stray = seqs.find((each) => !inSuspicion(author, each));
  if (stray !== undefined) return refuse('bad-state', `Entry ${stray} is not suspect, so there is nothing to confirm.`);
  const vouched = [...author.vouched, new Set(seqs)];
  return { ok: true, registry: withMember(registry, { ...author, vouched }) };
};

/** Why this key may not sign for this member now, or undefined. */
export const signerFault = (registry: Registry, from: string, kid: string): StateRefusal | undefined => {
  const member = registry.members.get(from);
  const record = signingKeyOf(member, kid);
  if (!member || !record) return refuse('bad-signature', `${kid} is no signing key of ${from}.`);
  if (record.revoked) return refuse('key-revoked', `The key ${kid} of ${from} is revoked.`);
  if (!member.active) return refuse('not-allowed', `${from} does not take part any more.`);
  if (!isCurrent(record)) return refuse('bad-signature', `${from} replaced the key ${kid}. Sign with the current key.`);
  return undefined;
};

/** One state event on the registry as it stands. Pure; signatures were verified when the event was read. */
export const step = (registry: Registry, event: StateEvent): Step => {
  const { seq, from, kid, change } = event;
  if (change.kind === 'genesis') return founded(registry, event, change);
  const fault = signerFault(registry, from, kid);
  if (fault) return fault;
  const author = registry.members.get(from) as DirectoryMember;
  switch (change.kind) {
    case 'member.join':
      return joined(registry, seq, change.enrolment);
    case 'member.leave':
      return left(registry, seq, change.member);
    case 'key.rotate':
      return rotated(registry, event, author, change.enrolment);
    case 'key.revoke':
      return revoked(registry, event, author, change.revokes);
    case 'key.recover':
      return recovered(registry, seq, change);
    case 'key.confirm':
      return confirmed(registry, author, change.seqs);
  }
};
