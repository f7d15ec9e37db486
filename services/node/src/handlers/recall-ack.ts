import { recallAck } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';
import { ownerOf } from './notice-version.ts';

/** A holder's word for the owner's recall board. One about another's notice says nothing to this force. */
export const handleRecallAck = handlerOf(recallAck, ({ claims, epoch, seq, timeMs }, { member }) => {
  const { ref, held } = claims.body;
  if (ownerOf(ref) !== member) return [];
  return [{ do: 'keep-recall-ack', ack: { ref, member: claims.from, held, epoch, seq, timeMs } }];
});
