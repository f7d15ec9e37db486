import { hash } from 'node:crypto';

/** What a record says (`eads-entry/v1`), as far as a client compares it. */
export interface RecordLines {
  readonly seq: number;
  /** ms */
  readonly time: number;
  readonly from: string;
  readonly id: string | null;
  readonly code: string;
  /** base64 */
  readonly envelopeHash: string;
}

const HASH = '([A-Za-z0-9+/]{43}=)';
const NUMBER = '(0|[1-9]\\d{0,15})';
const RECORD = new RegExp(
  `^eads-entry/v1\\n${NUMBER}\\n${NUMBER}\\n([A-Z]+)\\n([0-9a-f-]+)\\n([a-z-]+)\\n${HASH}\\n${HASH}\\n$`,
);

/** Reads a record, or undefined. Its one allowed form is a matter of the leaf: another spelling has another hash. */
export const readRecord = (text: string): RecordLines | undefined => {
  const [, seq, time, from, id, code, envelopeHash] = RECORD.exec(text) ?? [];
  if (envelopeHash === undefined) return undefined;
  return {
    seq: Number(seq),
    time: Number(time),
    from: from as string,
    id: id === '-' ? null : (id as string),
    code: code as string,
    envelopeHash,
  };
};

/** The leaf hash of a record, base64: SHA-256(0x00, record), RFC 9162 section 2.1.1. */
export const leafOf = (record: string): string => hash('sha256', Buffer.from(`\0${record}`), 'base64');
