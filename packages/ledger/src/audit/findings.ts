import { AUDIT_CODES, type AuditCode } from './codes.ts';

/** Where something is: a file of the export, a line of it from 1, an entry of the ledger. */
export interface Place {
  readonly path: string;
  readonly line?: number;
  readonly seq?: number;
}

/** One thing that is wrong. */
export interface Finding {
  readonly code: AuditCode;
  readonly where: Place;
  /** For a person: what is wrong. */
  readonly what: string;
  /** For a person: what to do about it. */
  readonly remedy: string;
}

/** The parts of an audit, in the order in which its findings are told. */
export type Stage = 'files' | 'entries' | 'whole';

const STAGES: readonly Stage[] = ['files', 'entries', 'whole'];

/** Findings of one code that are kept; a damaged export of a million lines must not fill memory with complaints. */
const KEPT_OF_A_CODE = 100;

/** Collects findings and puts them in order: signatures are answered out of order. */
export const createFindings = () => {
  const kept: { readonly stage: number; readonly finding: Finding }[] = [];
  const counts = new Map<AuditCode, number>();
  return {
    add: (stage: Stage, code: AuditCode, where: Place, what: string): void => {
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      if (count > KEPT_OF_A_CODE) return;
      kept.push({ stage: STAGES.indexOf(stage), finding: { code, where, what, remedy: AUDIT_CODES[code].remedy } });
    },
    has: (code: AuditCode): boolean => counts.has(code),
    list: (): Finding[] =>
      kept
        .toSorted((a, b) => a.stage - b.stage || (a.finding.where.seq ?? 0) - (b.finding.where.seq ?? 0))
        .map(({ finding }) => finding),
    /** How many were found beyond those that are kept. */
    omitted: (): number => [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - KEPT_OF_A_CODE), 0),
  };
};

export type Findings = ReturnType<typeof createFindings>;
