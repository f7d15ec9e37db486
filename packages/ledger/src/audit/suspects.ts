import { isSuspect, isVoid } from '@eads/signing';
import type { Walk } from './entry.ts';
import type { Suspect } from './report.ts';

/** Entries whose key was revoked later, "compromised since" then or before, or came from such a key. */
export const suspectsOf = ({ signed, directory }: Walk): Suspect[] => {
  const suspects: Suspect[] = [];
  for (const [name, seqs] of signed) {
    const [from, kid] = name.split(' ') as [string, string];
    const record = directory.members.get(from)?.keys.find(({ key }) => key.kid === kid);
    // A key that came by a state event which was made void since is no better than the one that brought it.
    const fallen = record !== undefined && isVoid(directory, record.from);
    for (const seq of seqs) {
      if (fallen || isSuspect(directory, seq, from, kid))
        suspects.push({ seq, from, kid, void: isVoid(directory, seq) });
    }
  }
  return suspects.sort((a, b) => a.seq - b.seq);
};
