import type { Claims } from '@eads/protocol';

/** Where a rule comes from. */
export type RuleSource = 'national law' | 'INTERPOL rule' | 'exercise assumption';

/** What is known when a message is decided. */
export interface Situation {
  readonly claims: Claims;
  /** Members on the roster before the entry, in code order. */
  readonly roster: readonly string[];
}

/** A rule that speaks about one recipient at a time. */
export interface ReleaseRule {
  /** Stands in the decision `returned:<id>`. */
  readonly id: string;
  readonly says: string;
  readonly source: RuleSource;
  /** Whether this recipient may have it. A rule that throws denies. */
  readonly allows: (situation: Situation, recipient: string) => boolean;
}

/** Every release rule, in the order in which they are asked: the first that does not allow gives the decision. */
export const RELEASE_RULES: readonly ReleaseRule[] = [
  {
    id: 'not-releasable',
    says: 'The author limited who may receive this, and the recipient is not among them.',
    source: 'INTERPOL rule',
    allows: ({ claims }, recipient) =>
      claims.handling.releasableTo === null || claims.handling.releasableTo.includes(recipient),
  },
  {
    id: 'named-recipients-only',
    says: 'TLP:RED is for recipients who are named one by one, never for "all".',
    source: 'exercise assumption',
    allows: ({ claims }) => claims.handling.tlp !== 'RED' || claims.to !== 'all',
  },
];
