import * as z from 'zod';
import { plainText, seqNumber } from '../text.ts';
import { defineKind } from './kind.ts';

/** By the author of the entries or the Secretariat; never state events. Records stay, bytes go everywhere. */
export const erase = defineKind({
  kind: 'erase',
  v: 1,
  says: 'The bytes of these entries are removed by everyone who holds them.',
  body: z.strictObject({ seqs: z.array(seqNumber).min(1).max(1000), reason: plainText(500) }).meta({ id: 'Erase' }),
  inner: null,
  state: false,
  authors: 'forces-and-secretariat',
  addresses: 'all',
});
