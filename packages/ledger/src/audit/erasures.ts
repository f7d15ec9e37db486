import type { Findings, Place } from './findings.ts';
import type { AuditCounts } from './report.ts';

const STATE = 0x80;
const HELD = 0x40;
const AUTHOR = 0x3f;

/**
 * Whether every entry without bytes was erased by somebody who might. An `erase` stands after what it names, so that
 * a byte is kept of every entry: its author, whether it is a state event, whether its bytes are there.
 */
export const createErasures = (secretariat: string, findings: Findings, counts: AuditCounts) => {
  const authors: string[] = [''];
  let marks = new Uint8Array(4096);
  const open = new Map<string, { seq: number; where: Place }[]>();

  const authorAt = (seq: number): string => authors[(marks[seq] ?? 0) & AUTHOR] ?? '';

  const missing = (where: Place, what: string): void => findings.add('entries', 'missing-signature', where, what);

  return {
    /** An entry that is there in full, but for its bytes where they are erased. */
    entry: (seq: number, from: string, { state, held }: { state: boolean; held: boolean }): void => {
      if (seq >= marks.length) {
        const larger = new Uint8Array(Math.max(marks.length * 2, seq + 1));
        larger.set(marks);
        marks = larger;
      }
      let author = authors.indexOf(from);
      if (author < 0) author = authors.push(from) - 1;
      marks[seq] = author | (state ? STATE : 0) | (held ? HELD : 0);
    },
    /** An entry without bytes that says who erased them. */
    erased: (seq: number, reference: string, where: Place): void => {
      const waiting = open.get(reference);
      if (waiting) waiting.push({ seq, where });
      else open.set(reference, [{ seq, where }]);
    },
    /** An accepted `erase`. */
    erase: (at: number, reference: string, seqs: readonly number[], where: Place): void => {
      const from = reference.slice(0, reference.indexOf('/'));
      for (const seq of seqs) {
        const author = authorAt(seq);
        if (seq >= at) {
          findings.add('entries', 'erase-invalid', where, `It names entry ${seq}, which did not exist yet.`);
        } else if (author !== '' && author !== from && from !== secretariat) {
          findings.add(
            'entries',
            'erase-invalid',
            where,
            `It names entry ${seq}, which is of ${author}, not of ${from}.`,
          );
        } else if (((marks[seq] ?? 0) & STATE) !== 0) {
          findings.add('entries', 'erase-invalid', where, `It names entry ${seq}, which changes members or keys.`);
        } else if (((marks[seq] ?? 0) & HELD) !== 0) {
          counts.heldAfterErase += 1;
          marks[seq] = (marks[seq] as number) & ~HELD;
        }
      }
      const named = new Set(seqs);
      for (const { seq, where: erased } of open.get(reference) ?? []) {
        if (!named.has(seq)) missing(erased, `It is said to be erased by ${reference}, which does not name it.`);
      }
      open.delete(reference);
    },
    end: (): void => {
      for (const [reference, waiting] of open) {
        for (const { where } of waiting) {
          missing(where, `It is said to be erased by ${reference}, and no such erasure follows in the export.`);
        }
      }
    },
  };
};

export type Erasures = ReturnType<typeof createErasures>;
