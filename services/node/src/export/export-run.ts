import { formatNote, parseCheckpoint, parseNote, writeExport } from '@eads/ledger';
import type { ExportLine, ManifestClaims } from '@eads/protocol';
import { signStatement } from '@eads/signing';
import { readNodeCursor } from '@eads/store';
import type { NodeRun } from '../run/node-run.ts';
import { memberLines } from './member-lines.ts';

const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size;

/** The note with the log's own signature line alone. */
const logNoteOf = (note: string, { name, id }: { readonly name: string; readonly id: string }): string => {
  const parsed = parseNote(note);
  return formatNote({
    ...parsed,
    signatures: parsed.signatures.filter((line) => line.name === name && line.id === id),
  });
};

/**
 * The files of this member's export: its own entries in full, leaf hashes for the rest, as far as the largest checkpoint that the delivery
 * has reached. Signed with the node's own signing key. Null while there is no checkpoint.
 */
export const exportRun = async (run: NodeRun): Promise<AsyncGenerator<ExportLine> | null> => {
  const state = run.state();
  const { core } = run;
  const cursor = state && (await readNodeCursor(core.database, core.schema));
  if (!state || cursor?.epoch !== state.epoch) return null;
  const { logNote, witnessedNote } = cursor;
  const reached = [logNote, witnessedNote].filter((note) => note !== null && sizeOf(note) <= cursor.next);
  const largest = reached.sort((a, b) => sizeOf(b as string) - sizeOf(a as string))[0];
  if (!largest) return null;
  const { signing } = core.keys.keysFor(state.origin);
  return writeExport({
    origin: state.origin,
    viewer: core.member as ManifestClaims['viewer'],
    size: sizeOf(largest),
    genesis: state.genesis,
    checkpoint: logNoteOf(largest, state.logKey),
    witnessed: witnessedNote !== null && sizeOf(witnessedNote) <= sizeOf(largest) ? witnessedNote : null,
    lines: (from, limit) => memberLines(core.database, core.schema, state.epoch, from, limit),
    sign: (claims) => signStatement('eads-manifest+jws', claims, signing),
  });
};
