import type { Claims } from '@eads/protocol';

/** A rule about what a confidential message says, asked where it is written and where it arrives. */
export interface ContentRule {
  /** Stands in a `returned` message: `[a-z-]{1,60}`. */
  readonly id: string;
  /** For the sender: why it came back. */
  readonly says: string;
  /** A rule that throws denies. */
  readonly allows: (message: {
    readonly claims: Omit<Claims, 'body'>;
    readonly inner: Readonly<Record<string, unknown>>;
  }) => boolean;
}

/** The first rule that does not let the content in, or undefined. */
export const brokenRule = (
  rules: readonly ContentRule[],
  claims: Omit<Claims, 'body'>,
  inner: Readonly<Record<string, unknown>>,
): ContentRule | undefined =>
  rules.find((rule) => {
    try {
      return !rule.allows({ claims, inner });
    } catch {
      return true;
    }
  });
