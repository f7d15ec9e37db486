import { returned } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';
import { ownerOf } from './notice-version.ts';

/** A recipient's node did not let a confidential message of ours in: shown beside the message. */
export const handleReturned = handlerOf(returned, ({ claims, epoch, seq }, { member }) => {
  const { ref, rule, why } = claims.body;
  if (ownerOf(ref) !== member) return [];
  return [{ do: 'keep-returned', returned: { ref, member: claims.from, rule, why, epoch, seq } }];
});
