import type { DeskEntry, FeedEntry } from '@eads/protocol';

export interface FeedFilter {
  /** Globs on the kind of message: `notice.*`. */
  readonly kinds: readonly string[];
  /** Members: as author, or as one who received it. */
  readonly members: readonly string[];
  /** Codes of the record: `accepted`, `not-owner`. */
  readonly codes: readonly string[];
}

/** `*` for any number of characters, `?` for one; everything else as it stands. */
export const globToRegExp = (glob: string): RegExp => {
  const parts = glob.split(/([*?])/).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
};

const kindOf = (entry: FeedEntry | DeskEntry): string | null =>
  'kind' in entry ? entry.kind : (entry.claims?.kind ?? null);

const authorOf = (entry: FeedEntry | DeskEntry): string | null =>
  'from' in entry ? entry.from : (entry.claims?.from ?? null);

const reaches = (entry: FeedEntry | DeskEntry, member: string): boolean => {
  if (authorOf(entry) === member) return true;
  if ('openings' in entry) return entry.openings.some(([code, decision]) => code === member && decision !== 'none');
  const to = entry.claims?.to;
  return to === 'all' || (to?.includes(member) ?? false);
};

/** Whether an entry is one of those asked for: one of each list that is not empty. */
export const createFilter = ({ kinds, members, codes }: FeedFilter): ((entry: FeedEntry | DeskEntry) => boolean) => {
  const globs = kinds.map(globToRegExp);
  return (entry) => {
    const kind = kindOf(entry);
    if (globs.length > 0 && !(kind !== null && globs.some((glob) => glob.test(kind)))) return false;
    if (members.length > 0 && !members.some((member) => reaches(entry, member))) return false;
    return codes.length === 0 || ('code' in entry && codes.includes(entry.code));
  };
};
