import {
  type AuditReport,
  auditExport,
  type ExportReader,
  LedgerError,
  leafHash,
  type Note,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVkey,
  type TlogProof,
  verifyInclusion,
  verifyWitnessed,
} from '@eads/ledger';
import { type AuditorLine, EXPORT_FILE_ENTRIES, exportEntriesPath, type MemberLine } from '@eads/protocol';
import {
  applyStateEvent,
  coSigners,
  type Directory,
  directoryAt,
  emptyDirectory,
  openEnvelope,
  quorum,
} from '@eads/signing';
import { CliError } from './cli-error.ts';

export interface NoteInput {
  /** The file's name, for messages. */
  readonly name: string;
  readonly text: string;
  /** The export that has the keys. */
  readonly reader: ExportReader;
  readonly trust: string | undefined;
}

export interface NoteVerdict {
  readonly kind: 'proof' | 'checkpoint';
  readonly origin: string;
  readonly size: number;
  /** Of the entry that a proof is about. */
  readonly index: number | null;
  /** Members whose cosignature holds, in code order. */
  readonly cosigners: readonly string[];
  /** What is wrong with the file itself; null where nothing is. */
  readonly fault: { readonly code: string; readonly what: string } | null;
  /** Of the export, which must extend the checkpoint. */
  readonly report: AuditReport;
}

const orUnreadable = <Result>(where: string, read: () => Result): Result => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError({ what: cause.message, where, remedy: 'Give the file as the exchange wrote it', cause });
  }
};

/** What an audited export tells of keys, and of the leaf that a proof is about. */
const readExport = async (reader: ExportReader, { origin, size }: AuditReport, index: number | null) => {
  let directory = emptyDirectory(origin ?? '');
  let leaf: Uint8Array | undefined;
  for (let file = 0; file * EXPORT_FILE_ENTRIES < size; file++) {
    const text = Buffer.from(await reader.read(exportEntriesPath(file))).toString('latin1');
    for (const row of text.split('\n')) {
      if (row === '') continue;
      const line = JSON.parse(row) as AuditorLine | MemberLine;
      if (line.seq === index) leaf = 'leaf' in line ? Buffer.from(line.leaf, 'base64') : leafHash(line.record);
      directory = withLine(directory, line);
    }
  }
  return { directory, leaf };
};

const withLine = (directory: Directory, line: AuditorLine | MemberLine): Directory => {
  const jws = 'envelope' in line ? line.envelope : undefined;
  const opened = jws === undefined ? undefined : openEnvelope(jws);
  if (!opened?.ok || !opened.envelope.kind?.state) return directory;
  const applied = applyStateEvent(directory, line.seq, opened.envelope);
  return applied.ok ? applied.directory : directory;
};

/** Throws LedgerError for what does not hold; returns who cosigned. */
const checkNote = (note: Note, directory: Directory): string[] => {
  const { size } = parseCheckpoint(note.text);
  const then = directoryAt(directory, size);
  const witnesses = coSigners(then).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));
  const logKey = parseVkey(then.founding?.logKey ?? '');
  return [...verifyWitnessed(note, logKey, witnesses, quorum(then)).members].sort();
};

const checkProof = ({ index, proof }: TlogProof, note: Note, leaf: Uint8Array | undefined): void => {
  const { size, root } = parseCheckpoint(note.text);
  if (leaf === undefined)
    throw new LedgerError('out-of-range', `Entry ${index} is not among the ${size} of the checkpoint.`);
  verifyInclusion({ index, size, leaf, root, proof });
};

/**
 * Checks a single proof or checkpoint with the keys of an export, which is audited first and must extend it. Throws CliError for
 * what cannot be read.
 */
export const verifyNoteFile = async ({ name, text, reader, trust }: NoteInput): Promise<NoteVerdict> => {
  const isProof = text.startsWith('c2sp.org/tlog-proof@');
  const proof = isProof ? orUnreadable(name, () => parseTlogProof(text)) : null;
  const note = orUnreadable(name, () => parseNote(proof?.checkpoint ?? text));
  const { origin, size } = orUnreadable(name, () => parseCheckpoint(note.text));
  const report = await auditExport({ files: reader, trust, expect: proof?.checkpoint ?? text });
  const verdict = {
    kind: isProof ? 'proof' : 'checkpoint',
    origin,
    size,
    index: proof?.index ?? null,
    report,
  } as const;
  if (!report.ok) return { ...verdict, cosigners: [], fault: null };
  const { directory, leaf } = await readExport(reader, report, verdict.index);
  try {
    const cosigners = checkNote(note, directory);
    if (proof !== null) checkProof(proof, note, leaf);
    return { ...verdict, cosigners, fault: null };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { ...verdict, cosigners: [], fault: { code: error.code, what: error.message } };
  }
};
