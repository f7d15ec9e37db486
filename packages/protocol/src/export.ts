import * as z from 'zod';
import { fullOpening, recipientOpening, recordText, senderOpening } from './signed.ts';
import { messageRef, seqNumber, sha256Text } from './text.ts';

/** Files of an export; `entries/NNNNNN.ndjson` holds EXPORT_FILE_ENTRIES lines, in order of seq. */
export const EXPORT_FILES = {
  /** The genesis envelope: what a trust file names. */
  genesis: 'genesis.jws',
  /** The largest checkpoint that a quorum cosigned, with its cosignatures; absent while there is none. */
  witnessed: 'witnessed',
  /** The log-signed checkpoint of the export's size. */
  checkpoint: 'checkpoint',
  /** Signed over all the others; nothing else lies there. */
  manifest: 'manifest.jws',
} as const;

export const EXPORT_FILE_ENTRIES = 1_000;

/** `entries/000000.ndjson` and on. */
export const exportEntriesPath = (index: number): string => `entries/${String(index).padStart(6, '0')}.ndjson`;

const readable = {
  seq: seqNumber,
  record: recordText,
  /** base64 of the concatenated commitments. */
  commitments: z.string().max(4096),
  /** The envelope's bytes, or who erased them; neither for a refusal, whose bytes are not kept. */
  envelope: z.string().max(70_000).optional(),
  erasedBy: messageRef.optional(),
};

/** A line of an auditor's export. */
export const auditorLine = z
  .strictObject({ ...readable, openings: z.array(fullOpening).max(64) })
  .meta({ id: 'AuditorLine' });

/** A line of a member's export: the hash alone, what it received (with its opening), or what it sent (with the sender's). */
export const memberLine = z
  .union([
    z.strictObject({ seq: seqNumber, leaf: sha256Text }),
    z.strictObject({ ...readable, opening: z.union([recipientOpening, z.null()]) }),
    z.strictObject({
      seq: seqNumber,
      record: recordText,
      envelope: z.string().max(70_000).optional(),
      erasedBy: messageRef.optional(),
      sent: z.array(senderOpening).max(64),
    }),
  ])
  .meta({ id: 'MemberLine' });

export type AuditorLine = z.infer<typeof auditorLine>;
export type MemberLine = z.infer<typeof memberLine>;
