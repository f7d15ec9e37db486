import * as z from 'zod';
import { thumbprint } from '../keys.ts';
import { plainText, seqNumber } from '../text.ts';
import { defineKind } from './kind.ts';

/** By another current key of the member. At entry R, naming S <= R: from R on the key is refused, [S, R) is suspect. */
export const keyRevoke = defineKind({
  kind: 'key.revoke',
  v: 1,
  says: 'A member revokes a key of its own and says since when it may be in other hands.',
  body: z.strictObject({ kid: thumbprint, since: seqNumber, reason: plainText(500) }).meta({ id: 'KeyRevoke' }),
  inner: null,
  state: true,
  authors: 'forces-and-secretariat',
  addresses: 'all',
});
