import { randomBytes } from 'node:crypto';
import {
  addCosignatures,
  append,
  commitAll,
  consistencyProof,
  emptyFrontier,
  encodeAddCheckpoint,
  encodeRecord,
  type Frontier,
  frontierAt,
  leafHash,
  noteSigner,
  parseVkey,
  quorumSize,
  recipientOpeningOf,
  recipientsHash,
  rootOf,
  senderOpeningOf,
  sha256,
  signCheckpoint,
  signText,
  TYPE_COSIGNATURE,
  TYPE_ED25519,
} from '@eads/ledger';
import { decideRelease } from '@eads/policy';
import type { Claims, FullOpening, GenesisEnvelope, Handling, ReadableEntry, RecipientOpening } from '@eads/protocol';
import { kindOf } from '@eads/protocol';
import {
  applyStateEvent,
  type Directory,
  type Envelope,
  emptyDirectory,
  formatVkey,
  generateRunKeys,
  generateSigningKey,
  LOG_KEY_TYPE,
  makeEnvelope,
  openEnvelope,
  type RunKeys,
  roster,
  sealEnvelope,
  sealKeys,
  signEnrolment,
  signStatement,
  uuidv7,
  witnessName,
} from '@eads/signing';

export const HANDLING: Handling = { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null };

export interface FakeEntry {
  readonly seq: number;
  readonly record: string;
  readonly leaf: string;
  readonly commitments: string;
  readonly full: readonly FullOpening[];
  readonly envelope: string;
  readonly from: string;
  readonly state: boolean;
}

/** What one member is sent of an entry. */
export type View = readonly [item: string | ReadableEntry, opening: RecipientOpening | null | undefined];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * A ledger with real keys and hashes, and scripted members beside the node under test: what an honest hub would have, for a test to
 * bend.
 */
export const createFakeLedger = (origin: string, scripted: readonly string[]) => {
  const keys = new Map<string, RunKeys>(scripted.map((code) => [code, generateRunKeys()]));
  const hubKey = generateSigningKey();
  const logKey = generateSigningKey();
  const log = noteSigner(origin, TYPE_ED25519, logKey.privateKey);
  const blocks = new Map<string, string>([...keys].map(([code, own]) => [code, signEnrolment(origin, code, own)]));
  const entries: FakeEntry[] = [];
  const rseqs = new Map<string, number>();
  let directory: Directory = emptyDirectory(origin);
  let frontier: Frontier = emptyFrontier;
  let timeMs = 1_790_000_000_000;
  let genesis: GenesisEnvelope | null = null;

  const keysOf = (code: string): RunKeys => {
    const own = keys.get(code);
    if (!own) throw new Error(`${code} is not scripted here`);
    return own;
  };

  const input = (from: string, kind: string, to: Claims['to'], body: object, over: Partial<Claims> = {}) => ({
    origin,
    id: uuidv7(Date.now(), randomBytes(10)),
    kind,
    from,
    actor: 'seat-1',
    to,
    sentAt: new Date().toISOString(),
    inReplyTo: null,
    handling: HANDLING,
    nonce: randomBytes(16).toString('base64url'),
    body: body as Claims['body'],
    ...over,
  });

  const say = (from: string, kind: string, to: Claims['to'], body: object, over: Partial<Claims> = {}): Envelope =>
    makeEnvelope(input(from, kind, to, body, over), keysOf(from).signing);

  const decide = ({ claims }: Envelope, members: readonly string[], code: string): readonly string[] => {
    const kind = kindOf(claims.kind, claims.v);
    if (code !== 'accepted') return members.map(() => 'none');
    // A hub of a later version, which knows more kinds than this one.
    if (!kind) return members.map((member) => (member === claims.from ? 'none' : 'deliver'));
    return decideRelease(kind, { claims, roster: members });
  };

  /** Numbers an envelope. Bends nothing: what is false is made by the test. */
  const sequence = (jws: string, code = 'accepted'): FakeEntry => {
    const opened = openEnvelope(jws);
    if (!opened.ok) throw new Error(opened.refusal.why);
    const { claims } = opened.envelope;
    const members = roster(directory);
    const decisions = decide(opened.envelope, members, code);
    members.forEach((member, i) => {
      if (decisions[i] === 'deliver') rseqs.set(member, (rseqs.get(member) ?? 0) + 1);
    });
    const numbers = members.map((member) => rseqs.get(member) ?? 0);
    const sealed = commitAll(members, decisions, numbers, randomBytes);
    const seq = entries.length;
    timeMs += 1;
    const record = encodeRecord({
      seq,
      time: timeMs,
      from: claims.from,
      id: claims.id,
      code,
      envelopeHash: sha256(jws),
      recipientsHash: recipientsHash(sealed.commitments),
    });
    const leaf = leafHash(record);
    frontier = append(frontier, [leaf]);
    const state = kindOf(claims.kind, claims.v)?.state === true && code === 'accepted';
    if (state) {
      const applied = applyStateEvent(directory, seq, opened.envelope);
      if (!applied.ok) throw new Error(applied.why);
      directory = applied.directory;
    }
    const entry = {
      seq,
      record,
      leaf: base64(leaf),
      commitments: base64(sealed.commitments),
      full: sealed.full,
      envelope: jws,
      from: claims.from,
      state,
    };
    entries.push(entry);
    return entry;
  };

  const viewOf = (member: string, entry: FakeEntry): View => {
    const { record, commitments, envelope } = entry;
    const own = entry.full.find(([code]) => code === member);
    if (own?.[1] === 'deliver') return [{ record, commitments, envelope }, recipientOpeningOf(own)];
    if (entry.state && (own === undefined || entry.from === member)) return [{ record, commitments, envelope }, null];
    return [entry.leaf, undefined];
  };

  const checkpoint = async (size = entries.length): Promise<string> => {
    const reader = { read: async (_level: number, from: number, to: number) => leavesBetween(from, to) };
    const root = size === entries.length ? rootOf(frontier) : rootOf(await frontierAt(reader, size));
    return signCheckpoint({ origin, size, root }, log);
  };
  const leavesBetween = (from: number, to: number): Buffer[] =>
    entries.slice(from, to).map(({ leaf }) => Buffer.from(leaf, 'base64'));

  const cosignedBy = (note: string, members: readonly string[]): string => {
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const signers = members.map((member) =>
      noteSigner(witnessName(origin, member), TYPE_COSIGNATURE, keysOf(member).witness.privateKey),
    );
    const lines = signers.map((signer) => signText(signer, text, 1_790_000_000));
    const witnesses = signers.map((signer, i) => ({
      member: members[i] as string,
      key: parseVkey(formatVkey(signer.name, TYPE_COSIGNATURE, keysOf(members[i] as string).witness)),
    }));
    return addCosignatures(note, lines, witnesses);
  };

  return {
    origin,
    log,
    entries,
    keysOf,
    say,
    sequence,
    viewOf,
    checkpoint,
    directory: () => directory,
    genesis: () => genesis,
    size: () => entries.length,
    rseq: (member: string) => rseqs.get(member) ?? 0,
    /** Says and numbers in one. */
    add: (from: string, kind: string, to: Claims['to'], body: object, over: Partial<Claims> = {}): FakeEntry =>
      sequence(say(from, kind, to, body, over).jws),
    /** A confidential message, sealed for its addressees. */
    seal: async (from: string, kind: string, to: string[], body: object): Promise<Envelope> =>
      (await sealEnvelope(input(from, kind, to, body), keysOf(from).signing, sealKeys(directory, to))).envelope,
    enrol: (member: string, block: string): void => {
      blocks.set(member, block);
    },
    enrolled: () => [...blocks].map(([member, block]) => ({ member, block })),
    /** Founds the epoch with everyone who has enrolled. */
    found: (predecessor: string | null = null): GenesisEnvelope => {
      const members = [...blocks]
        .map(([member, block]) => ({ member, block }))
        .sort((a, b) => (a.member < b.member ? -1 : 1));
      const body = {
        protocol: 1,
        quorum: quorumSize(members.length - 1),
        logKey: formatVkey(origin, LOG_KEY_TYPE, logKey),
        hubKey: hubKey.jwk,
        predecessor,
        members,
      };
      const { envelope } = sequence(say('SEC', 'genesis', 'all', body).jws);
      genesis = { origin, envelope };
      return genesis;
    },
    /** Takes a genesis that the Secretariat under test made. */
    adopt: (envelope: string): void => {
      sequence(envelope);
      genesis = { origin, envelope };
    },
    logKey: formatVkey(origin, LOG_KEY_TYPE, logKey),
    hubKey: hubKey.jwk,
    receipt: (member: string, items: readonly FakeEntry[]): string =>
      signStatement(
        'eads-receipt+jws',
        { origin, member, items: items.map(({ record, full }) => [record, full.map(senderOpeningOf)]) },
        hubKey,
      ),
    signReceipt: (member: string, items: [string, ReturnType<typeof senderOpeningOf>[]][]): string =>
      signStatement('eads-receipt+jws', { origin, member, items }, hubKey),
    head: (member: string, size = entries.length, rseq = rseqs.get(member) ?? 0): string =>
      signStatement('eads-head+jws', { origin, member, size, rseq, time: new Date().toISOString() }, hubKey),
    /** A note of the present size with these members' cosignatures. */
    witnessed: async (members: readonly string[], size?: number): Promise<string> =>
      cosignedBy(await checkpoint(size), members),
    cosignedBy,
    /** The body of an add-checkpoint request from `oldSize` to the present size, or another note. */
    addCheckpointBody: async (oldSize: number, note?: string): Promise<string> => {
      const reader = { read: async (_level: number, from: number, to: number) => leavesBetween(from, to) };
      const proof = oldSize === 0 ? [] : await consistencyProof(reader, oldSize, entries.length);
      return encodeAddCheckpoint({ oldSize, proof, checkpoint: note ?? (await checkpoint()) });
    },
  };
};

export type FakeLedger = ReturnType<typeof createFakeLedger>;
