import type { Claims, Kind } from '@eads/protocol';

/** One member of the roster and what was decided for it. */
export type Decided = readonly [member: string, decision: string];

/** Why these decisions contradict what the message says of its recipients, or undefined. `kind` null: not known here. */
export const decisionFault = (
  { from, to, handling }: Claims,
  kind: Kind | null,
  decided: readonly Decided[],
): string | undefined => {
  for (const [member, decision] of decided) {
    const addressed = member !== from && (to === 'all' || to.includes(member));
    if (!addressed) {
      if (decision === 'none') continue;
      return member === from
        ? `The entry says "${decision}" for its own sender ${member}.`
        : `The message is not addressed to ${member}, and the entry says "${decision}" for it.`;
    }
    if (decision === 'none') return `The message is addressed to ${member}, and the entry passes it over.`;
    if (kind?.state === true && decision !== 'deliver') {
      return `A ${kind.kind} goes to everyone, and the entry says "${decision}" for ${member}.`;
    }
    const closed = handling.releasableTo !== null && !handling.releasableTo.includes(member);
    if (closed && decision === 'deliver' && kind?.state === false) {
      return `The author did not release the message to ${member}, and the entry delivers it.`;
    }
  }
  return undefined;
};
