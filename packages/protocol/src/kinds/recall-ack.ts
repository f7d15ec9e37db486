import * as z from 'zod';
import { messageRef } from '../text.ts';
import { defineKind } from './kind.ts';

/** Sent by a holder's node by itself, to the owner. `inReplyTo` names the withdrawing envelope. */
export const recallAck = defineKind({
  kind: 'recall.ack',
  v: 1,
  says: 'A holder confirms that a withdrawn notice is out of use at its desks.',
  body: z
    .strictObject({
      ref: messageRef,
      /** Whether a copy was held; `false` where the withdrawal came before the notice, or none was delivered. */
      held: z.boolean(),
    })
    .meta({ id: 'RecallAck' }),
  inner: null,
  state: false,
  authors: 'forces-and-secretariat',
  addresses: 'named',
});
