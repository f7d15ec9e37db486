import { sha256Base64 } from '@eads/ledger';
import { appendRead, listReads, type ReadLine } from '@eads/store';
import type { RunCore } from '../run/core.ts';

/** Who reads or searches, and for what. */
export interface Reader {
  /** The opaque id of a seat. */
  readonly seat: string;
  readonly purpose: string;
}

const firstLink = (member: string, run: string): string => sha256Base64(`eads-reads/v1\n${member}\n${run}\n`);

const hashOf = ({ n, at, seat, purpose, action, what, previous }: Omit<ReadLine, 'hash'>): string =>
  sha256Base64(`eads-read/v1\n${JSON.stringify([n, at, seat, purpose, action, what, previous])}\n`);

/** Writes down a read or a search before it is answered. The hub never learns of it. */
export const logRead = async (
  { database, schema, member, run, clock }: RunCore,
  { seat, purpose }: Reader,
  action: ReadLine['action'],
  what: string,
): Promise<void> => {
  const at = new Date(clock.now()).toISOString();
  await appendRead(database, schema, { at, seat, purpose, action, what }, hashOf, firstLink(member, run));
};

export const readLog = ({ database, schema }: RunCore, from: number, limit: number): Promise<ReadLine[]> =>
  listReads(database, schema, from, limit);

/** The number of the first line that was changed, or before which one is missing; null where the lines hang together. */
export const brokenLine = (
  { member, run }: Pick<RunCore, 'member' | 'run'>,
  lines: readonly ReadLine[],
): number | null => {
  let before: ReadLine | undefined;
  for (const line of lines) {
    const previous = before?.hash ?? (line.n === 1 ? firstLink(member, run) : line.previous);
    const follows = before === undefined || line.n === before.n + 1;
    if (!follows || line.previous !== previous || line.hash !== hashOf(line)) return line.n;
    before = line;
  }
  return null;
};
