import * as z from 'zod';
import { seqNumber } from '../text.ts';
import { defineKind } from './kind.ts';

/** Lifts the suspicion from the author's own entries in [S, R). */
export const keyConfirm = defineKind({
  kind: 'key.confirm',
  v: 1,
  says: 'A member confirms, with a current key, that suspect entries are its own.',
  body: z.strictObject({ seqs: z.array(seqNumber).min(1).max(1000) }).meta({ id: 'KeyConfirm' }),
  inner: null,
  state: true,
  authors: 'forces-and-secretariat',
  addresses: 'all',
});
