import { EXPORT_FILES, exportEntriesPath, HUB, SECRETARIAT } from '@eads/protocol';
import { type Directory, emptyDirectory, type Statement, signerAt, verifyCompact } from '@eads/signing';
import { toBase64 } from '../bytes.ts';
import { parseVkey } from '../note-key.ts';
import type { Walk } from './entry.ts';
import { createErasures } from './erasures.ts';
import { checkListing, type ExportFiles, entryFiles, readerOf, readListed, readManifest } from './files.ts';
import { createFindings, type Findings } from './findings.ts';
import { checkTrust, type Founded, readGenesis } from './genesis.ts';
import { createIdSet } from './id-set.ts';
import { createInFlight } from './in-flight.ts';
import { createLineWalk } from './line-walk.ts';
import {
  checkLogLines,
  checkRoots,
  checkSizes,
  checkWitnessed,
  extendsIt,
  readExpected,
  readExportedNote,
} from './notes.ts';
import type { AuditCounts, AuditReport } from './report.ts';
import { suspectsOf } from './suspects.ts';
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

const beginWalk = (
  viewer: string,
  { text, directory }: Founded,
  { findings, counts, tree }: Pick<Walk, 'findings' | 'counts' | 'tree'>,
): Walk => ({
  origin: directory.origin,
  viewer,
  genesis: text,
  founded: directory,
  findings,
  tree,
  ids: createIdSet(),
  erasures: createErasures(SECRETARIAT, findings, counts),
  inFlight: createInFlight(IN_FLIGHT),
  counts,
  signed: new Map(),
  rseqs: new Map(),
  directory: emptyDirectory(directory.origin),
  roster: [],
  time: 0,
});

/** The hub signs an auditor's export, a member its own: with a key that was in use at the export's size. */
const checkManifestSignature = async (
  { claims, kid, parsed }: Statement<'eads-manifest+jws'>,
  directory: Directory,
  complete: boolean,
  findings: Findings,
): Promise<void> => {
  const who = claims.viewer === 'auditor' ? HUB : claims.viewer;
  const { key, status } = signerAt(directory, who, kid);
  const where = { path: EXPORT_FILES.manifest };
  // Where entries are missing, the one that brought the key may be among them.
  if (key === null && !complete && who !== HUB) return;
  if (key === null || (status !== 'current' && status !== 'left')) {
    findings.add(
      'files',
      'manifest-signature',
      where,
      `It is not signed with a key of ${who} that was in use at its size.`,
    );
  } else if (!(await verifyCompact(parsed, key))) {
    findings.add('files', 'manifest-signature', where, `The signature of ${who} does not hold.`);
  }
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
  const { viewer, size } = manifest.claims;
  const listed = checkListing(manifest.claims, present, findings);
  const read = (path: string) => readListed(reader, present, listed, path, findings);
  const genesis = readGenesis(await read(EXPORT_FILES.genesis), manifest.claims.origin, findings);
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
    expected: expect === undefined ? undefined : readExpected(expect, genesis.directory.origin, findings),
  };
  const sizes = [size, notes.checkpoint?.head.size, notes.witnessed?.head.size, notes.expected?.size];
  const tree = createTree(sizes.filter((each) => each !== undefined));
  const walk = beginWalk(viewer, genesis, { findings, counts, tree });
  const lines = createLineWalk(walk, size);
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
  const directory = walk.directory.founding ? walk.directory : walk.founded;
  const root = tree.rootAt(size);
  await checkManifestSignature(manifest, directory, root !== undefined, findings);
  checkSizes(size, notes, findings);
  checkRoots(tree, notes, findings);
  const witnessed = checkWitnessed(notes.witnessed, tree, directory, logKey, findings);
  checkLogLines(notes.checkpoint, tree, directory, logKey, findings);
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
