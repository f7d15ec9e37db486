import { asBuffer, equalBytes, fromBase64, toBase64 } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';

/** What the ledger says of one envelope. Its text is the leaf. */
export interface LedgerRecord {
  /** The leaf index, from 0. */
  readonly seq: number;
  /** Wall clock of the database under the sequencer's lock, ms since 1970; never less than the record before. */
  readonly time: number;
  /** The author; of a refusal, the session's member. */
  readonly from: string;
  /** UUIDv7 in lower case; null where a refused envelope had no well-formed one. */
  readonly id: string | null;
  /** `accepted` or the code of the refusal. */
  readonly code: string;
  /** SHA-256 of the envelope's bytes as received. */
  readonly envelopeHash: Uint8Array;
  /** See recipientsHash. */
  readonly recipientsHash: Uint8Array;
}

/** First line of every record. */
export const RECORD_VERSION = 'eads-entry/v1';

/** Longest text that is read at all, in bytes. The longest that the rules below allow is shorter. */
export const RECORD_BYTES = 400;

const LINES = ['version', 'seq', 'time', 'from', 'id', 'code', 'envelope hash', 'recipients hash'] as const;
const NUMBER = '(0|[1-9]\\d{0,15})';
const FROM = '([A-Z][A-Z0-9]{1,15})';
const ID = '(-|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})';
const CODE = '([a-z][a-z0-9-]{0,63})';
const HASH = '([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)';
const STRICT = [RECORD_VERSION, NUMBER, NUMBER, FROM, ID, CODE, HASH, HASH];
const RECORD = new RegExp(`^${STRICT.join('\\n')}\\n$`);

// What a line may look like to be called "another spelling" of a good value, and not simply a bad one.
const LOOSE = [
  /^eads-entry\/v1\s*$/i,
  /^\s*\+?\d+\s*$/,
  /^\s*\+?\d+\s*$/,
  /^\s*[A-Za-z0-9]{2,16}\s*$/,
  /^\s*[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}\s*$/,
  /^\s*[A-Za-z0-9-]{1,64}\s*$/,
  /^\s*[A-Za-z0-9+/_-]{43}=?\s*$/,
  /^\s*[A-Za-z0-9+/_-]{43}=?\s*$/,
];

const refuse = (text: string): LedgerError => {
  const lines = text.split('\n');
  if (lines.length !== LINES.length + 1 || lines.at(-1) !== '') {
    return new LedgerError(
      'record-lines',
      `A record is ${LINES.length} lines, each ended by one line feed; this text has ${lines.length - 1} line feeds.`,
    );
  }
  for (const [i, name] of LINES.entries()) {
    const line = lines[i] as string;
    if (new RegExp(`^${STRICT[i]}$`).test(line)) continue;
    const code = LOOSE[i]?.test(line) ? 'record-not-canonical' : 'record-field';
    return new LedgerError(
      code,
      `Line ${i + 1} of the record, ${name}, is not in its one allowed form: ${JSON.stringify(line)}.`,
    );
  }
  return new LedgerError('record-field', 'A number in the record is over 2^53 - 1.');
};

/** The text of a record. Throws a `record-…` code for a value that has no place in one (a line feed in a code, say). */
export const encodeRecord = (record: LedgerRecord): string => {
  const { seq, time, from, id, code, envelopeHash, recipientsHash } = record;
  const text = `${RECORD_VERSION}\n${seq}\n${time}\n${from}\n${id ?? '-'}\n${code}\n${toBase64(envelopeHash)}\n${toBase64(recipientsHash)}\n`;
  if (id === '-' || !RECORD.test(text) || !Number.isSafeInteger(seq) || !Number.isSafeInteger(time)) throw refuse(text);
  return text;
};

const readHash = (text: string): Uint8Array => {
  const bytes = fromBase64(text);
  if (bytes?.length !== HASH_BYTES) {
    throw new LedgerError('record-not-canonical', `Not the canonical base64 of a SHA-256: ${JSON.stringify(text)}.`);
  }
  return bytes;
};

/**
 * Reads a record's text or bytes: parses, encodes again and compares, so that there is one text for each record.
 * Throws `record-too-large`, `record-lines`, `record-field` or `record-not-canonical`.
 */
export const parseRecord = (input: string | Uint8Array): LedgerRecord => {
  if (input.length > RECORD_BYTES) {
    throw new LedgerError('record-too-large', `A record has at most ${RECORD_BYTES} bytes, this one ${input.length}.`);
  }
  const text = typeof input === 'string' ? input : asBuffer(input).toString('latin1');
  const match = RECORD.exec(text);
  if (match === null) throw refuse(text);
  const [, seq, time, from, id, code, envelopeHash, recipientsHash] = match as unknown as string[];
  const record: LedgerRecord = {
    seq: Number(seq),
    time: Number(time),
    from: from as string,
    id: id === '-' ? null : (id as string),
    code: code as string,
    envelopeHash: readHash(envelopeHash as string),
    recipientsHash: readHash(recipientsHash as string),
  };
  if (encodeRecord(record) !== text) {
    throw new LedgerError('record-not-canonical', 'The record reads back as another text.');
  }
  return record;
};

/** Same values throughout. */
export const equalRecords = (a: LedgerRecord, b: LedgerRecord): boolean =>
  a.seq === b.seq &&
  a.time === b.time &&
  a.from === b.from &&
  a.id === b.id &&
  a.code === b.code &&
  equalBytes(a.envelopeHash, b.envelopeHash) &&
  equalBytes(a.recipientsHash, b.recipientsHash);
