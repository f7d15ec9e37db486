import { EXPORT_FILE_ENTRIES, exportEntriesPath } from '@eads/protocol';
import { roster } from '@eads/signing';
import { checkAuditorLine } from './auditor-line.ts';
import type { Walk } from './entry.ts';
import { asciiText } from './files.ts';
import type { Place } from './findings.ts';
import { readAuditorLine, readMemberLine } from './lines.ts';
import { checkMemberLine } from './member-line.ts';

/** Takes the lines of all files in order; says whether each is where it belongs. */
export const createLineWalk = (walk: Walk, size: number) => {
  const { findings, viewer } = walk;
  const readLine = viewer === 'auditor' ? readAuditorLine : readMemberLine;
  let next = 0;

  const inPlace = (seq: number, file: number, where: Place): boolean => {
    if (seq < next) {
      findings.add('entries', 'out-of-order', where, `Entry ${seq} stands after entry ${next - 1}.`);
      return false;
    }
    if (seq >= size) {
      findings.add('entries', 'surplus', where, `The export says that it holds ${size} entries, up to ${size - 1}.`);
      return false;
    }
    if (Math.floor(seq / EXPORT_FILE_ENTRIES) !== file) {
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

  const check = (text: string, file: number, line: number): void => {
    const path = exportEntriesPath(file);
    const read = readLine(text);
    if (!read) {
      const what = 'The line does not read back as the same text.';
      findings.add('entries', 'not-canonical', { path, line, seq: next }, what);
      walk.tree.break();
      next += 1;
      return;
    }
    const where = { path, line, seq: read.seq };
    if (!inPlace(read.seq, file, where)) return;
    next += 1;
    walk.counts.entries += 1;
    if (read.seq > 0 && walk.directory.founding === null) {
      // The genesis that lies beside, whatever entry 0 says: it is what the trust file names.
      walk.directory = walk.founded;
      walk.roster = roster(walk.founded);
    }
    if ('openings' in read) checkAuditorLine(walk, read, where);
    else checkMemberLine(walk, read, where);
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
        check(text, index, i + 1);
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
