import { directMessage } from '@eads/protocol';
import { openConfidential } from '@eads/signing';
import { brokenRule } from '../confidential/content-rules.ts';
import type { Effect } from '../handling/effects.ts';
import { handlerOf } from '../handling/handler.ts';

/**
 * Opens a confidential message with a key of now or of before. What the content rules do not let in, and what is not a proper
 * inner message of its sender, goes back to the sender and is not shown.
 */
export const handleDirectMessage = handlerOf(directMessage, async (message, context) => {
  const { envelope, epoch, seq, ref, claims } = message;
  const giveBack = (rule: string, why: string): Effect => ({
    do: 'send',
    cause: `returned ${ref}`,
    kind: 'returned',
    to: [claims.from as string],
    inReplyTo: ref,
    body: { ref, rule, why },
  });
  const opened = await openConfidential(envelope, seq, context.directory, context.openingKeys);
  if (!opened.ok) return [giveBack(`inner-${opened.code}`, opened.why)];
  const broken = brokenRule(context.contentRules, claims, opened.body);
  if (broken !== undefined) return [giveBack(broken.id, broken.says)];
  return [{ do: 'keep-opened', opened: { epoch, seq, innerJws: opened.inner, body: opened.body } }];
});
