import type { AuditCode } from '@eads/ledger';
import type { Files } from './build.ts';

/** The whole exports that lie here as folders. */
export const BASES = ['auditor', 'member', 'late-member'] as const;
export type Base = (typeof BASES)[number];

/** A file of the base changed: taken away, written anew, or some of its lines put in place of others. */
export type Edit = null | string | readonly (readonly [line: number, taken: number, put: readonly string[]])[];

/** One tampering, as it lies in a file named after it. Texts hold a character a byte. */
export interface Vector {
  readonly says: string;
  readonly base: Base;
  readonly edits: Readonly<Record<string, Edit>>;
  /** The trust file given, or null for none. */
  readonly trust: string | null;
  /** The checkpoint expected, or null for none. */
  readonly expect: string | null;
  /** Every code that is found, sorted; none where the export is in order. */
  readonly codes: readonly AuditCode[];
}

/** What a vector is made from. */
export interface Case {
  readonly says: string;
  readonly base: Base;
  readonly files: Files;
  readonly codes: readonly AuditCode[];
  /** Left out: the true trust file. */
  readonly trust?: string | null;
  readonly expect?: string | null;
}

const splices = (before: readonly string[], after: readonly string[]): [number, number, string[]][] => {
  if (before.length === after.length) {
    return after.flatMap((line, i) => (line === before[i] ? [] : [[i + 1, 1, [line]] as [number, number, string[]]]));
  }
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return [[start + 1, before.length - start - end, after.slice(start, after.length - end)]];
};

/** What makes `after` of `before`. */
export const editsBetween = (before: Files, after: Files): Record<string, Edit> => {
  const edits: Record<string, Edit> = {};
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const old = before.get(path);
    const now = after.get(path);
    if (old === now) continue;
    if (now === undefined) edits[path] = null;
    else if (old === undefined || !path.endsWith('.ndjson')) edits[path] = now;
    else edits[path] = splices(old.split('\n'), now.split('\n'));
  }
  return edits;
};

/** The export that a vector is about. */
export const applyEdits = (base: Files, edits: Vector['edits']): Files => {
  const files = new Map(base);
  for (const [path, edit] of Object.entries(edits)) {
    if (edit === null) files.delete(path);
    else if (typeof edit === 'string') files.set(path, edit);
    else {
      const lines = (base.get(path) ?? '').split('\n');
      for (const [line, taken, put] of edit.toReversed()) lines.splice(line - 1, taken, ...put);
      files.set(path, lines.join('\n'));
    }
  }
  return files;
};
