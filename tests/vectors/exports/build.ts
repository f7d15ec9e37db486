import {
  append,
  commitAll,
  cosign,
  emptyFrontier,
  encodeRecord,
  leafHash,
  parseNote,
  recipientOpeningOf,
  recipientsHash,
  rootOf,
  sha256,
  signCheckpoint,
  writeExport,
} from '@eads/ledger';
import { decideRelease } from '@eads/policy';
import type { AuditorLine, FullOpening, ManifestClaims, MemberLine, SenderOpening } from '@eads/protocol';
import { applyStateEvent, type Directory, emptyDirectory, openEnvelope, roster, signStatement } from '@eads/signing';
import { fixedBytes } from '../ledger/fixed-keys.ts';
import { hubKey, logSigner, ORIGIN, runKeys, witnessSigner } from './cast.ts';
import { type Draft, FORCES, TIME } from './story.ts';

/** One entry, with everything that the hub knows of it. Vectors in which the hub lies change these. */
export interface Entry {
  readonly draft: Draft;
  readonly record: string;
  readonly commitments: string;
  readonly openings: readonly FullOpening[];
  readonly sender: readonly SenderOpening[];
  /** Whether everyone may read it. */
  readonly state: boolean;
}

/** What a lying hub does to one entry as it writes it. */
export interface Lie {
  readonly decisions?: (honest: readonly FullOpening[1][], roster: readonly string[]) => readonly FullOpening[1][];
  readonly rseqs?: (honest: readonly number[], roster: readonly string[]) => readonly number[];
  readonly roster?: (honest: readonly string[]) => readonly string[];
  readonly time?: number;
  readonly from?: string;
  readonly id?: string;
  readonly envelopeHash?: Uint8Array;
}

export interface Ledger {
  readonly entries: readonly Entry[];
  readonly directory: Directory;
}

/** Sequences the drafts as a hub does. `lies` by the draft's name. */
export const buildLedger = (drafts: readonly Draft[], lies: Readonly<Record<string, Lie>> = {}): Ledger => {
  let directory = emptyDirectory(ORIGIN);
  const rseqs: Record<string, number> = {};
  const entries = drafts.map((draft, seq): Entry => {
    const lie = lies[draft.name] ?? {};
    const members = lie.roster?.(roster(directory)) ?? roster(directory);
    const opened = openEnvelope(draft.text);
    const message = draft.code === 'accepted' && opened.ok ? opened.envelope : null;
    const honest = message?.kind
      ? decideRelease(message.kind, { claims: message.claims, roster: members })
      : members.map(() => 'none' as const);
    const decisions = (lie.decisions?.(honest as FullOpening[1][], members) ?? honest) as FullOpening[1][];
    decisions.forEach((decision, i) => {
      const member = members[i] as string;
      if (decision === 'deliver') rseqs[member] = (rseqs[member] ?? 0) + 1;
    });
    const numbers = members.map((member) => rseqs[member] ?? 0);
    const sealed = commitAll(members, decisions, lie.rseqs?.(numbers, members) ?? numbers, (length) =>
      fixedBytes(`salts ${seq}`, length),
    );
    const record = encodeRecord({
      seq,
      time: lie.time ?? TIME + Math.floor(seq / 2) * 1_000,
      from: lie.from ?? draft.from,
      id: lie.id ?? draft.id,
      code: draft.code,
      envelopeHash: lie.envelopeHash ?? sha256(draft.text),
      recipientsHash: recipientsHash(sealed.commitments),
    });
    const state = message?.kind?.state === true;
    if (message && state) {
      const applied = applyStateEvent(directory, seq, message);
      if (applied.ok) directory = applied.directory;
    }
    const commitments = Buffer.from(sealed.commitments).toString('base64');
    return { draft, record, commitments, openings: sealed.full, sender: sealed.sender, state };
  });
  return { entries, directory };
};

const bytesOf = ({ draft }: Entry) => {
  if (draft.code !== 'accepted') return {};
  return draft.erasedBy === undefined ? { envelope: draft.text } : { erasedBy: draft.erasedBy };
};

const auditorLine = (entry: Entry, seq: number): AuditorLine => {
  const { record, commitments, openings } = entry;
  return { seq, record, commitments, ...bytesOf(entry), openings: [...openings] };
};

const memberLine = (entry: Entry, seq: number, viewer: string): MemberLine => {
  const { record, commitments, openings, sender, draft, state } = entry;
  // A node knows what it sent, refused or not.
  const sent = draft.code === 'accepted' ? bytesOf(entry) : { envelope: draft.text };
  if (draft.from === viewer) return { seq, record, ...sent, sent: [...sender] };
  const own = openings.find(([member]) => member === viewer);
  if (own?.[1] === 'deliver') {
    return { seq, record, commitments, ...bytesOf(entry), opening: recipientOpeningOf(own) };
  }
  if (state && own === undefined) return { seq, record, commitments, ...bytesOf(entry), opening: null };
  return { seq, leaf: Buffer.from(leafHash(record)).toString('base64') };
};

/** The files of an export as text, a character a byte. */
export type Files = Map<string, string>;

export interface ExportOptions {
  readonly viewer: ManifestClaims['viewer'];
  /** Whose keys sign: the run's, or those of an attacker. */
  readonly set?: string;
  readonly size?: number;
  /** Size of the witnessed checkpoint, or null for none. */
  readonly witnessed?: number | null;
  readonly cosigners?: readonly string[];
  /** What the log signs over, if not the entries' own records. */
  readonly records?: readonly string[];
}

export const checkpointOf = (records: readonly string[], size: number, set = 'true', origin = ORIGIN): string => {
  const frontier = append(
    emptyFrontier,
    records.slice(0, size).map((record) => leafHash(record)),
  );
  return signCheckpoint({ origin, size, root: rootOf(frontier) }, logSigner(set));
};

export const recordsOf = ({ entries }: Ledger): string[] => entries.map(({ record }) => record);

/** Which generation of its keys a member cosigns with at a size: TH and PH rotate on the way. */
const generationAt = ({ entries }: Ledger, member: string, size: number): number =>
  entries.slice(0, size).some(({ draft }) => draft.name === `${member} rotates`) ? 2 : 1;

export const WITNESSED = 20;
const COSIGN_TIME = TIME / 1000 + 60;

/** A checkpoint with the cosignatures of these members. */
export const cosigned = (
  ledger: Ledger,
  note: string,
  size: number,
  members: readonly string[],
  set = 'true',
): string =>
  members.reduce((text, member) => {
    const signer = witnessSigner(set, member, generationAt(ledger, member, size));
    return text + cosign(signer, parseNote(note).text, COSIGN_TIME);
  }, note);

/** Signs a manifest over files as they are: the hub's for an auditor, a member's own for itself. */
export const manifestSigner = (viewer: string, set = 'true', generation = 1) => {
  const key = viewer === 'auditor' ? hubKey(set) : runKeys(set, viewer, generation).signing;
  return (claims: ManifestClaims): string => signStatement('eads-manifest+jws', claims, key);
};

/** Writes the export of a ledger. */
export const exportOf = async (ledger: Ledger, options: ExportOptions): Promise<Files> => {
  const { viewer, set = 'true', size = ledger.entries.length, witnessed = WITNESSED, cosigners = FORCES } = options;
  const { entries } = ledger;
  const records = options.records ?? recordsOf(ledger);
  const files: Files = new Map();
  const source = writeExport({
    origin: ORIGIN,
    viewer,
    size,
    genesis: (entries[0] as Entry).draft.text,
    checkpoint: checkpointOf(records, size, set),
    witnessed:
      witnessed === null ? null : cosigned(ledger, checkpointOf(records, witnessed, set), witnessed, cosigners, set),
    lines: async (from, limit) =>
      entries
        .slice(from, from + limit)
        .map((entry, i) => (viewer === 'auditor' ? auditorLine(entry, from + i) : memberLine(entry, from + i, viewer))),
    sign: manifestSigner(viewer, set, generationAt(ledger, viewer, size)),
  });
  for await (const { path, text } of source) files.set(path, Buffer.from(text).toString('latin1'));
  return files;
};
