import * as z from 'zod';
import { seqNumber } from '../text.ts';
import { defineKind } from './kind.ts';

/** `to: []`: it moves nobody's rseq, else statements would beget statements. */
export const deliveryStatement = defineKind({
  kind: 'delivery.statement',
  v: 1,
  says: 'A node states, signed, through which entry it holds what was addressed to it.',
  body: z
    .strictObject({
      /** The last entry held. */
      through: seqNumber,
      /** Its own dense number there. */
      rseq: seqNumber,
    })
    .meta({ id: 'DeliveryStatement' }),
  inner: null,
  state: false,
  authors: 'forces-and-secretariat',
  addresses: 'nobody',
});
