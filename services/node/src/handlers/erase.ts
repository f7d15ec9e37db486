import { erase } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** Bytes go from inbox, outbox and mirror. Who may erase what is checked where it is applied, against what is held. */
export const handleErase = handlerOf(erase, ({ claims, epoch, ref }) => [
  { do: 'erase', epoch, seqs: claims.body.seqs, by: ref, author: claims.from },
]);
