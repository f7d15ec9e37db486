import * as z from 'zod';
import { itemCode } from '../codes.ts';
import { memberCode } from '../members.ts';
import { instant } from '../text.ts';
import { defineKind } from './kind.ts';

/** What went over a member's quota of logged refusals, a minute at a time. */
export const refusalSummary = defineKind({
  kind: 'refusal-summary',
  v: 1,
  says: 'The hub sums up refusals that were too many to log one by one.',
  body: z
    .strictObject({ member: memberCode, code: itemCode, count: z.int().min(1), first: instant, last: instant })
    .meta({ id: 'RefusalSummary' }),
  inner: null,
  state: false,
  authors: 'hub',
  addresses: 'nobody',
});
