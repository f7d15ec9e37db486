import type { ProblemPlace } from '@eads/runtime';

/** Returned before it left: the rule, and for a person what it says, where, and how to mend it. */
export class SubmissionError extends Error {
  override readonly name = 'SubmissionError';
  /** `form`: not a message at all. `rule`: a rule does not allow it. */
  readonly reason: 'form' | 'rule';
  readonly rule: string;
  /** Places of the submission, `body/to` and the like. */
  readonly at: readonly ProblemPlace[];

  constructor(reason: 'form' | 'rule', rule: string, message: string, at: readonly ProblemPlace[] | string = 'body') {
    super(message);
    this.reason = reason;
    this.rule = rule;
    this.at = typeof at === 'string' ? [{ path: at, says: rule }] : at;
  }
}
