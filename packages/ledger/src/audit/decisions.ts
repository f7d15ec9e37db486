import { type Claims, erase, type Kind } from '@eads/protocol';

/** One member of the roster and what was decided for it. */
export type Decided = readonly [member: string, decision: string];

/** State events and erasures go to everyone, whatever their handling says. */
const reachesAll = ({ state, kind }: Kind): boolean => state || kind === erase.kind;

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
    if (kind !== null && reachesAll(kind)) {
      if (decision === 'deliver') continue;
      return `A ${kind.kind} goes to everyone, and the entry says "${decision}" for ${member}.`;
    }
    const closed = handling.releasableTo !== null && !handling.releasableTo.includes(member);
    if (closed && decision === 'deliver' && kind !== null) {
      return `The author did not release the message to ${member}, and the entry delivers it.`;
    }
  }
  return undefined;
};
