import { erase, type Kind } from '@eads/protocol';
import { RELEASE_RULES, type ReleaseRule, type Situation } from './rules.ts';

/** `deliver`, `none` (not addressed) or `returned:<rule id>`, one for each member of the roster, in its order. */
export type Decision = 'deliver' | 'none' | `returned:${string}`;

const returnedBy = (rules: readonly ReleaseRule[], situation: Situation, recipient: string): Decision => {
  for (const rule of rules) {
    let allowed = false;
    try {
      allowed = rule.allows(situation, recipient);
    } catch {
      // An error denies: a rule that cannot be computed has not allowed anything.
    }
    if (!allowed) return `returned:${rule.id}`;
  }
  return 'deliver';
};

/** Whether the envelope names this member. "all" is everyone on the roster but the sender. */
export const addresses = ({ claims }: Situation, member: string): boolean =>
  member !== claims.from && (claims.to === 'all' ? true : claims.to.includes(member));

/**
 * Decides recipient by recipient. State events and erasures go to everyone whatever their handling says: without the one
 * nobody can judge a signature, without the other nobody can judge a redelivery that names it.
 */
export const decideRelease = (kind: Kind, situation: Situation, rules = RELEASE_RULES): Decision[] =>
  situation.roster.map((member) => {
    if (!addresses(situation, member)) return 'none';
    return kind.state || kind.kind === erase.kind ? 'deliver' : returnedBy(rules, situation, member);
  });

/** A message that names people, none of whom may have it. Naming nobody (`to: []`) is no such thing. */
export const reachesNobody = (decisions: readonly Decision[]): boolean =>
  decisions.some((decision) => decision !== 'none') && !decisions.includes('deliver');
