import * as z from 'zod';
import { messageRef, plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** `inReplyTo` names the message. */
export const returned = defineKind({
  kind: 'returned',
  v: 1,
  says: 'A receiving node returns a confidential message that its content rules do not let in.',
  body: z
    .strictObject({ ref: messageRef, rule: z.string().regex(/^[a-z-]{1,60}$/), why: plainText(500) })
    .meta({ id: 'Returned' }),
  inner: null,
  state: false,
  authors: 'forces-and-secretariat',
  addresses: 'named',
});
