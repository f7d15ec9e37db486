import { EXPORT_FILES } from '@eads/protocol';
import { coSigners, type Directory, directoryAt, quorum } from '@eads/signing';
import { asBuffer, equalBytes, toBase64 } from '../bytes.ts';
import { type Checkpoint, contradicts, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import { LedgerError } from '../errors.ts';
import { parseNote } from '../note.ts';
import { type NoteKey, parseVkey } from '../note-key.ts';
import { countCosignatures, type Witness } from '../quorum.ts';
import type { AuditCode } from './codes.ts';
import type { Findings } from './findings.ts';
import type { Tree } from './tree.ts';

/** A checkpoint that lies in the export. */
export interface ExportedNote {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly head: Checkpoint;
  /** Whether the log signed it. */
  readonly signed: boolean;
}

const codeOf = ({ code }: LedgerError): AuditCode => {
  if (code === 'note-bad-signature' || code === 'note-unsigned') return 'checkpoint-forged';
  return code === 'checkpoint-other-origin' ? 'origin-mismatch' : 'checkpoint-malformed';
};

/** Reads a checkpoint and verifies that the log signed it; undefined where it cannot be read. */
export const readExportedNote = (
  path: string,
  bytes: Uint8Array | undefined,
  logKey: NoteKey,
  findings: Findings,
): ExportedNote | undefined => {
  if (!bytes) return undefined;
  try {
    const head = parseCheckpoint(parseNote(bytes).text);
    let signed = true;
    try {
      verifyCheckpoint(bytes, logKey);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      findings.add('files', codeOf(error), { path }, error.message);
      signed = false;
    }
    return { path, bytes, head, signed };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    findings.add('files', codeOf(error), { path }, error.message);
    return undefined;
  }
};

/** The checkpoint that a person expects to be extended: a note, or its three lines. */
export const readExpected = (text: string, origin: string, findings: Findings): Checkpoint | undefined => {
  const where = { path: 'the expected checkpoint' };
  const end = text.indexOf('\n\n');
  try {
    const head = parseCheckpoint(end < 0 ? text : parseNote(text).text);
    if (head.origin === origin) return head;
    findings.add('files', 'origin-mismatch', where, `It is of ${head.origin}; the export is of ${origin}.`);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    findings.add('files', 'expect-malformed', where, error.message);
  }
  return undefined;
};

/** The co-signers whose keys count for a checkpoint of this size: those after its last entry. */
const witnessesAt = (directory: Directory, size: number): Witness[] =>
  coSigners(directoryAt(directory, size)).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));

/** In an export every line under a checkpoint is one that holds, of the log or of a co-signer. */
const checkLines = (
  { path, bytes, signed }: ExportedNote,
  logKey: NoteKey,
  witnesses: Witness[],
  findings: Findings,
): void => {
  if (!signed) return;
  try {
    verifyCheckpoint(bytes, logKey, { witnesses: witnesses.map(({ key }) => key), strict: true });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    findings.add('whole', 'cosignature-bad', { path }, error.message);
  }
};

export interface Witnessed {
  /** Through which a quorum vouches for these very entries; 0 for not at all. */
  readonly size: number;
  readonly cosigners: readonly string[];
  readonly quorum: number;
}

/** Counts the co-signers of the witnessed checkpoint, under the keys as of its last entry. */
export const checkWitnessed = (
  note: ExportedNote | undefined,
  tree: Tree,
  directory: Directory,
  logKey: NoteKey,
  findings: Findings,
): Witnessed => {
  // Where entries before it are missing, those that brought the co-signers' keys may be among them.
  if (!note || tree.rootAt(note.head.size) === undefined) {
    return { size: 0, cosigners: [], quorum: quorum(directory) };
  }
  const { size } = note.head;
  const witnesses = witnessesAt(directory, size);
  const needed = quorum(directoryAt(directory, size));
  checkLines(note, logKey, witnesses, findings);
  const cosigners = [...countCosignatures(asBuffer(note.bytes).toString(), witnesses)].sort();
  if (cosigners.length < needed) {
    const what = `${cosigners.length} co-signers signed the checkpoint of size ${size}; ${needed} are needed.`;
    findings.add('whole', 'quorum-missing', { path: note.path }, what);
  }
  const covers = note.signed && cosigners.length >= needed && extendsIt(tree, note.head);
  return { size: covers ? size : 0, cosigners, quorum: needed };
};

export const checkLogLines = (
  note: ExportedNote | undefined,
  tree: Tree,
  directory: Directory,
  logKey: NoteKey,
  findings: Findings,
): void => {
  if (note && tree.rootAt(note.head.size) !== undefined)
    checkLines(note, logKey, witnessesAt(directory, note.head.size), findings);
};

/** Sizes that the checkpoints name, before the entries are read. */
export const checkSizes = (
  size: number,
  notes: {
    checkpoint: ExportedNote | undefined;
    witnessed: ExportedNote | undefined;
    expected: Checkpoint | undefined;
  },
  findings: Findings,
): void => {
  const { checkpoint, witnessed, expected } = notes;
  const head = checkpoint?.head;
  if (head && head.size > size) {
    const what = `The checkpoint covers ${head.size} entries, the export has ${size}.`;
    findings.add('whole', 'truncated', { path: EXPORT_FILES.checkpoint }, what);
  } else if (head && head.size < size) {
    const what = `The checkpoint covers ${head.size} entries only, the export has ${size}.`;
    findings.add('whole', 'checkpoint-rolled-back', { path: EXPORT_FILES.checkpoint }, what);
  }
  if (witnessed && witnessed.head.size > size) {
    const what = `Co-signers vouched for ${witnessed.head.size} entries, the export has ${size}.`;
    findings.add('whole', 'checkpoint-rolled-back', { path: EXPORT_FILES.witnessed }, what);
  }
  if (expected && expected.size > size) {
    const what = `Expected were at least ${expected.size} entries, the export has ${size}.`;
    findings.add('whole', 'checkpoint-rolled-back', { path: EXPORT_FILES.checkpoint }, what);
  }
};

/** Whether the entries give this very root at its size. */
export const extendsIt = (tree: Tree, { size, root }: Checkpoint): boolean => {
  const found = tree.rootAt(size);
  return found !== undefined && equalBytes(found, root);
};

/** Roots that the entries give, against those that were signed and expected. */
export const checkRoots = (
  tree: Tree,
  notes: {
    checkpoint: ExportedNote | undefined;
    witnessed: ExportedNote | undefined;
    expected: Checkpoint | undefined;
  },
  findings: Findings,
): void => {
  const { checkpoint, witnessed, expected } = notes;
  const differs = (head: Checkpoint): string | undefined => {
    const root = tree.rootAt(head.size);
    if (root === undefined || equalBytes(root, head.root)) return undefined;
    return `At ${head.size} entries it says ${toBase64(head.root)}, and the entries give ${toBase64(root)}.`;
  };
  const log = checkpoint && differs(checkpoint.head);
  if (log !== undefined) findings.add('whole', 'root-mismatch', { path: EXPORT_FILES.checkpoint }, log);
  const seen = witnessed && differs(witnessed.head);
  if (seen !== undefined) findings.add('whole', 'fork', { path: EXPORT_FILES.witnessed }, seen);
  const due = expected && differs(expected);
  if (due !== undefined) findings.add('whole', 'fork', { path: 'the expected checkpoint' }, due);
  if (checkpoint && witnessed && log === undefined && seen === undefined) {
    if (contradicts(checkpoint.head, witnessed.head)) {
      const what = `Checkpoint and witnessed checkpoint give ${witnessed.head.size} entries two roots.`;
      findings.add('whole', 'fork', { path: EXPORT_FILES.witnessed }, what);
    }
  }
};
