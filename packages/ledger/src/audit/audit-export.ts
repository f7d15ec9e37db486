import {
  EXPORT_FILE_ENTRIES,
  EXPORT_FILES,
  exportEntriesPath,
  HUB,
  type ManifestClaims,
  SECRETARIAT,
} from '@eads/protocol';
import {
  applyStateEvent,
  type Directory,
  emptyDirectory,
  isSuspect,
  isVoid,
  openEnvelope,
  roster,
  type Statement,
  signerAt,
  verifyCompact,
} from '@eads/signing';
import { toBase64 } from '../bytes.ts';
import { parseVkey } from '../note-key.ts';
import { checkAuditorLine } from './auditor-line.ts';
import type { Walk } from './entry.ts';
import { createErasures } from './erasures.ts';
import { asciiText, checkListing, type ExportFiles, entryFiles, readerOf, readListed, readManifest } from './files.ts';
import { createFindings, type Findings, type Place } from './findings.ts';
import { createIdSet } from './id-set.ts';
import { createInFlight } from './in-flight.ts';
import { readAuditorLine, readMemberLine } from './lines.ts';
import { checkMemberLine } from './member-line.ts';
import {
  checkLogLines,
  checkRoots,
  checkSizes,
  checkWitnessed,
  extendsIt,
  readExpected,
  readExportedNote,
} from './notes.ts';
import type { AuditCounts, AuditReport, Suspect } from './report.ts';
import { createTree } from './tree.ts';

export interface AuditInput {
  readonly files: ExportFiles;
  /** A trust file: the origin, and the base64 SHA-256 of the genesis envelope, a line each. */
  readonly trust?: string | undefined;
  /** A checkpoint that the export must extend or equal: a note, or its three lines. */
  readonly expect?: string | undefined;
}

/** Signatures that are being verified at one time, at most. */
const IN_FLIGHT = 256;

const emptyCounts = (): AuditCounts => ({
  entries: 0,
  readable: 0,
  accepted: 0,
  refused: 0,
  erased: 0,
  heldAfterErase: 0,
  notUnderstood: 0,
  byMember: {},
});

const readTrust = (text: string, findings: Findings): { origin: string; genesis: string } | undefined => {
  const [origin, genesis, ...more] = text.trim().split(/\r?\n/);
  const form = /^[a-z0-9-]{1,32}(?:\/[a-z0-9-]{1,32}){2}$/;
  if (origin && genesis && more.length === 0 && form.test(origin) && /^[A-Za-z0-9+/]{43}=$/.test(genesis)) {
    return { origin, genesis };
  }
  const what = 'It is not two lines, an origin and a SHA-256 in base64.';
  findings.add('files', 'trust-malformed', { path: 'the trust file' }, what);
  return undefined;
};

/** Whether the genesis is the one that is trusted. */
const checkTrust = (text: string, manifest: ManifestClaims, digest: string, findings: Findings): boolean => {
  const trust = readTrust(text, findings);
  if (!trust) return false;
  const where = { path: EXPORT_FILES.genesis };
  if (trust.origin !== manifest.origin) {
    findings.add('files', 'origin-mismatch', where, `The export is of ${manifest.origin}; trusted is ${trust.origin}.`);
  }
  if (trust.genesis === digest) return trust.origin === manifest.origin;
  const what = `The SHA-256 of its genesis is ${digest}; the trust file says ${trust.genesis}.`;
  findings.add('files', 'genesis-mismatch', where, what);
  return false;
};

interface Founded {
  readonly text: string;
  /** base64 SHA-256 of the envelope. */
  readonly digest: string;
  readonly directory: Directory;
}

const readGenesis = (bytes: Uint8Array | undefined, origin: string, findings: Findings): Founded | undefined => {
  if (!bytes) return undefined;
  const where = { path: EXPORT_FILES.genesis };
  const text = asciiText(bytes);
  const opened = openEnvelope(text);
  if (!opened.ok) {
    findings.add('files', 'state-event-invalid', where, opened.refusal.why);
    return undefined;
  }
  const { claims, hash: digest } = opened.envelope;
  if (claims.origin !== origin) {
    findings.add('files', 'origin-mismatch', where, `It founds ${claims.origin}; the export is of ${origin}.`);
    return undefined;
  }
  const applied = applyStateEvent(emptyDirectory(origin), 0, opened.envelope);
  if (!applied.ok) {
    const code = applied.code === 'bad-signature' ? 'bad-signature' : 'state-event-invalid';
    findings.add('files', code, where, applied.why);
    return undefined;
  }
  return { text, digest: toBase64(digest), directory: applied.directory };
};

/** The hub signs an auditor's export, a member its own: with a key that was in use at the export's size. */
const checkManifestSignature = async (
  { claims, kid, parsed }: Statement<'eads-manifest+jws'>,
  directory: Directory,
  findings: Findings,
): Promise<void> => {
  const who = claims.viewer === 'auditor' ? HUB : claims.viewer;
  const { key, status } = signerAt(directory, who, kid);
  const where = { path: EXPORT_FILES.manifest };
  if (key === null || (status !== 'current' && status !== 'left')) {
    findings.add('files', 'manifest-signature', where, `It is not signed with a key that ${who} had at the end of it.`);
  } else if (!(await verifyCompact(parsed, key))) {
    findings.add('files', 'manifest-signature', where, `The signature of ${who} does not hold.`);
  }
};

/** Takes the lines of all files in order; says whether each is where it belongs. */
const createLineCheck = (walk: Walk, size: number) => {
  const { findings, viewer } = walk;
  const readLine = viewer === 'auditor' ? readAuditorLine : readMemberLine;
  let next = 0;

  /** @param place the seq that the line has by where it stands */
  const inPlace = (seq: number, place: number, where: Place): boolean => {
    if (seq < next) {
      findings.add('entries', 'out-of-order', where, `Entry ${seq} stands after entry ${next - 1}.`);
      return false;
    }
    if (seq >= size) {
      findings.add('entries', 'surplus', where, `The export says that it holds ${size} entries, up to ${size - 1}.`);
      return false;
    }
    if (Math.floor(seq / EXPORT_FILE_ENTRIES) !== Math.floor(place / EXPORT_FILE_ENTRIES)) {
      findings.add('entries', 'out-of-order', where, `Entry ${seq} does not belong in this file.`);
      return false;
    }
    if (seq > next) {
      const which = seq === next + 1 ? `Entry ${next} is` : `Entries ${next} to ${seq - 1} are`;
      findings.add('entries', 'gap', where, `${which} missing before it.`);
      walk.tree.break();
      next = seq;
    }
    return true;
  };

  const check = (text: string, place: number, path: string, line: number): void => {
    const read = readLine(text);
    if (!read) {
      const what = 'The line does not read back as the same text.';
      findings.add('entries', 'not-canonical', { path, line, seq: next }, what);
      walk.tree.break();
      next += 1;
      return;
    }
    const where = { path, line, seq: read.seq };
    if (!inPlace(read.seq, place, where)) return;
    next += 1;
    walk.counts.entries += 1;
    if ('openings' in read) checkAuditorLine(walk, read, where);
    else checkMemberLine(walk, read, where);
    if (walk.directory.founding !== null) return;
    // Entry 0 founded nothing: go on with the genesis that lies beside, so that the rest is judged at all.
    walk.directory = walk.founded;
    walk.roster = roster(walk.founded);
  };

  return {
    file: async (bytes: Uint8Array, index: number): Promise<void> => {
      const path = exportEntriesPath(index);
      const lines = asciiText(bytes).split('\n');
      if (lines.pop() !== '') {
        const where = { path, line: lines.length + 1, seq: next + lines.length };
        findings.add('entries', 'not-canonical', where, 'The last line is not ended by a line feed.');
      }
      for (const [i, text] of lines.entries()) {
        check(text, index * EXPORT_FILE_ENTRIES + i, path, i + 1);
        if (walk.inFlight.full()) await walk.inFlight.room();
      }
    },
    end: (): void => {
      if (next >= size) return;
      const where = { path: exportEntriesPath(Math.floor(next / EXPORT_FILE_ENTRIES)), seq: next };
      const what = `The export says that it holds ${size} entries, and ends before entry ${next}.`;
      findings.add('entries', 'truncated', where, what);
    },
  };
};

const suspectsOf = ({ signed, directory }: Walk): Suspect[] => {
  const suspects: Suspect[] = [];
  for (const [name, seqs] of signed) {
    const [from, kid] = name.split(' ') as [string, string];
    const record = directory.members.get(from)?.keys.find(({ key }) => key.kid === kid);
    // A key that came by a state event which was made void since is no better than the one that brought it.
    const fallen = record !== undefined && isVoid(directory, record.from);
    for (const seq of seqs) {
      if (fallen || isSuspect(directory, seq, from, kid))
        suspects.push({ seq, from, kid, void: isVoid(directory, seq) });
    }
  }
  return suspects.sort((a, b) => a.seq - b.seq);
};

/**
 * Verifies an export with nothing but its bytes: that it is complete and unaltered, what its log and its co-signers
 * signed, who signed each message and whether they might, and who was given it. Reads one file of entries at a time.
 * Does not judge what only the hub knew: why something was refused or returned, and the time that it gave an entry.
 */
export const auditExport = async ({ files, trust, expect }: AuditInput): Promise<AuditReport> => {
  const findings = createFindings();
  const counts = emptyCounts();
  const reader = readerOf(files);
  const present = new Set(await reader.list());
  const manifest = await readManifest(reader, present, findings);
  const partial = (over: Partial<AuditReport>): AuditReport => ({
    ok: false,
    trusted: false,
    origin: manifest?.claims.origin ?? null,
    viewer: manifest?.claims.viewer ?? null,
    size: manifest?.claims.size ?? 0,
    root: null,
    witnessedSize: 0,
    cosigners: [],
    quorum: 0,
    extends: null,
    counts,
    suspects: [],
    findings: findings.list(),
    omitted: findings.omitted(),
    ...over,
  });
  if (!manifest) return partial({});
  const { origin, viewer, size } = manifest.claims;
  const listed = checkListing(manifest.claims, present, findings);
  const read = (path: string) => readListed(reader, present, listed, path, findings);
  const genesis = readGenesis(await read(EXPORT_FILES.genesis), origin, findings);
  const trusted =
    trust !== undefined && genesis !== undefined && checkTrust(trust, manifest.claims, genesis.digest, findings);
  if (!genesis?.directory.founding) {
    for (const path of listed.keys()) if (path !== EXPORT_FILES.genesis) await read(path);
    return partial({});
  }
  const logKey = parseVkey(genesis.directory.founding.logKey);
  const notes = {
    checkpoint: readExportedNote(EXPORT_FILES.checkpoint, await read(EXPORT_FILES.checkpoint), logKey, findings),
    witnessed: readExportedNote(EXPORT_FILES.witnessed, await read(EXPORT_FILES.witnessed), logKey, findings),
    expected: expect === undefined ? undefined : readExpected(expect, origin, findings),
  };
  const sizes = [size, notes.checkpoint?.head.size, notes.witnessed?.head.size, notes.expected?.size];
  const walk: Walk = {
    origin,
    viewer,
    genesis: genesis.text,
    founded: genesis.directory,
    findings,
    tree: createTree(sizes.filter((each) => each !== undefined)),
    ids: createIdSet(),
    erasures: createErasures(SECRETARIAT, findings, counts),
    inFlight: createInFlight(IN_FLIGHT),
    counts,
    signed: new Map(),
    rseqs: new Map(),
    directory: emptyDirectory(origin),
    roster: [],
    time: 0,
  };
  const lines = createLineCheck(walk, size);
  for (let index = 0; index < Math.min(entryFiles(size), listed.size); index++) {
    const bytes = await read(exportEntriesPath(index));
    if (bytes) await lines.file(bytes, index);
  }
  await walk.inFlight.drain();
  lines.end();
  walk.erasures.end();
  if (size === 0) {
    findings.add(
      'entries',
      'genesis-mismatch',
      { path: EXPORT_FILES.genesis },
      'The export does not even hold entry 0.',
    );
  }
  const { directory, tree } = walk;
  await checkManifestSignature(manifest, directory.founding ? directory : genesis.directory, findings);
  checkSizes(size, notes, findings);
  checkRoots(tree, notes, findings);
  const witnessed = checkWitnessed(notes.witnessed, tree, directory, logKey, findings);
  checkLogLines(notes.checkpoint, directory, logKey, findings);
  const root = tree.rootAt(size);
  const list = findings.list();
  return partial({
    ok: list.length === 0,
    trusted,
    root: root === undefined ? null : toBase64(root),
    witnessedSize: witnessed.size,
    cosigners: witnessed.cosigners,
    quorum: witnessed.quorum,
    extends: notes.expected && extendsIt(tree, notes.expected) ? notes.expected.size : null,
    suspects: suspectsOf(walk),
    findings: list,
    omitted: findings.omitted(),
  });
};
