import { readTrust } from '@eads/client';
import {
  type Checkpoint,
  contradicts,
  countCosignatures,
  LedgerError,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseRecord,
  parseTlogProof,
  parseVkey,
  type TlogProof,
  verifyCheckpoint,
  verifyInclusion,
} from '@eads/ledger';
import { applyStateEvent, coSigners, type Directory, emptyDirectory, openEnvelope, quorum } from '@eads/signing';
import { CliError } from './cli-error.ts';

export interface NoteInput {
  readonly name: string;
  readonly text: string;
  readonly genesis: string;
  readonly record: string | undefined;
  readonly trust: string | undefined;
  readonly expect: string | undefined;
}

export interface NoteFinding {
  readonly code: string;
  readonly what: string;
}

export interface NoteVerdict {
  readonly kind: 'proof' | 'checkpoint';
  readonly origin: string;
  readonly size: number;
  /** Of the entry that a proof is about. */
  readonly index: number | null;
  readonly cosigners: readonly string[];
  readonly quorum: number;
  readonly trusted: boolean;
  readonly findings: readonly NoteFinding[];
}

const unreadable = (where: string, error: unknown): CliError =>
  new CliError({
    what: error instanceof Error ? error.message : String(error),
    where,
    remedy: 'Give the file as the exchange wrote it',
    cause: error,
  });

const orUnreadable = <Result>(where: string, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    throw unreadable(where, error);
  }
};

const isProof = (text: string): boolean => text.startsWith('c2sp.org/tlog-proof@');

/** The record of an entry out of a record's own text, or a JSON line that has it. */
const recordOf = (text: string): string => {
  if (!text.trimStart().startsWith('{')) return text;
  const value: unknown = JSON.parse(text);
  const record = typeof value === 'object' && value !== null && 'record' in value ? value.record : undefined;
  if (typeof record !== 'string') throw new Error('The line has no "record"');
  return record;
};

const foundedBy = (genesis: string): { directory: Directory; origin: string; digest: string } => {
  const text = genesis.trim();
  const opened = openEnvelope(text);
  if (!opened.ok) throw unreadable('--genesis', new Error(opened.refusal.why));
  const { claims, hash } = opened.envelope;
  const applied = applyStateEvent(emptyDirectory(claims.origin), 0, opened.envelope);
  if (!applied.ok) throw unreadable('--genesis', new Error(applied.why));
  return { directory: applied.directory, origin: claims.origin, digest: Buffer.from(hash).toString('base64') };
};

const checkTrust = (trust: string, origin: string, digest: string): NoteFinding[] => {
  const read = readTrust(trust);
  if (!read) {
    const remedy = 'It has two lines: the origin, and the base64 SHA-256 of the genesis';
    throw new CliError({ what: 'This is no trust file', where: '--trust', remedy });
  }
  if (read.origin === origin && read.genesisHash === digest) return [];
  return [{ code: 'genesis-mismatch', what: `The genesis is not the one of ${read.origin} that is trusted.` }];
};

const checkExpected = (expect: string, seen: Checkpoint): NoteFinding[] => {
  const expected = orUnreadable('--expect', () => parseCheckpoint(parseNote(expect).text));
  if (expected.origin !== seen.origin) return [{ code: 'origin-mismatch', what: `Expected was ${expected.origin}.` }];
  if (contradicts(expected, seen)) return [{ code: 'fork', what: `There are two histories of size ${seen.size}.` }];
  if (expected.size > seen.size) {
    return [
      { code: 'checkpoint-rolled-back', what: `It is older than the expected checkpoint of size ${expected.size}.` },
    ];
  }
  if (expected.size === seen.size) return [];
  const what = `Whether it extends the expected checkpoint of size ${expected.size}, only an export can show.`;
  return [{ code: 'expect-undecided', what }];
};

const checkInclusion = ({ index, proof }: TlogProof, text: string, head: Checkpoint): NoteFinding[] => {
  const record = orUnreadable('--record', () => recordOf(text));
  try {
    const { seq } = parseRecord(record);
    if (seq !== index)
      return [{ code: 'proof-mismatch', what: `The record is of entry ${seq}, the proof of entry ${index}.` }];
    verifyInclusion({ index, size: head.size, leaf: leafHash(record), root: head.root, proof });
    return [];
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return [{ code: error.code, what: error.message }];
  }
};

/**
 * Checks a single proof or checkpoint against the keys of a genesis. Keys that changed since the genesis are not known here: an
 * export is what shows those. Throws CliError for what cannot be read.
 */
export const verifyNoteFile = async (input: NoteInput): Promise<NoteVerdict> => {
  const { name, text } = input;
  const proof = isProof(text) ? orUnreadable(name, () => parseTlogProof(text)) : null;
  const note = orUnreadable(name, () => parseNote(proof?.checkpoint ?? text));
  const head = orUnreadable(name, () => parseCheckpoint(note.text));
  const findings: NoteFinding[] = [];
  const { directory, origin, digest } = foundedBy(input.genesis);
  try {
    verifyCheckpoint(note, parseVkey(directory.founding?.logKey ?? ''));
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    findings.push({ code: error.code, what: error.message });
  }
  const witnesses = coSigners(directory).map(({ member, vkey }) => ({ member, key: parseVkey(vkey) }));
  const cosigners = [...countCosignatures(note, witnesses)].sort();
  const needed = quorum(directory);
  if (cosigners.length < needed) {
    const what = `${cosigners.length} co-signers of the genesis vouch for it, ${needed} are needed.`;
    findings.push({ code: 'quorum-missing', what });
  }
  if (proof !== null) {
    if (input.record === undefined) {
      const remedy = 'Give the entry with --record: its record, or its line of the feed';
      throw new CliError({ what: 'A proof does not hold the entry that it is about', where: name, remedy });
    }
    findings.push(...checkInclusion(proof, input.record, head));
  }
  if (input.expect !== undefined) findings.push(...checkExpected(input.expect, head));
  const distrust = input.trust === undefined ? [] : checkTrust(input.trust, origin, digest);
  findings.push(...distrust);
  return {
    kind: proof === null ? 'checkpoint' : 'proof',
    origin: head.origin,
    size: head.size,
    index: proof?.index ?? null,
    cosigners,
    quorum: needed,
    trusted: input.trust !== undefined && distrust.length === 0,
    findings,
  };
};
