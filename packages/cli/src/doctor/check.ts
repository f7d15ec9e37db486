/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'bad';
  readonly says: string;
  /** What to do; null where all is well. */
  readonly mend: string | null;
}

export const ok = (name: string, says: string): Check => ({ name, level: 'ok', says, mend: null });
export const warn = (name: string, says: string, mend: string): Check => ({ name, level: 'warn', says, mend });
export const bad = (name: string, says: string, mend: string): Check => ({ name, level: 'bad', says, mend });
