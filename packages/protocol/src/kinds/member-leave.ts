import * as z from 'zod';
import { forceCode } from '../members.ts';
import { plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** From the next entry on the member is off the roster and its keys are refused. */
export const memberLeave = defineKind({
  kind: 'member.leave',
  v: 1,
  says: 'The Secretariat records that a member no longer takes part.',
  body: z.strictObject({ member: forceCode, reason: plainText(500) }).meta({ id: 'MemberLeave' }),
  inner: null,
  state: true,
  authors: 'secretariat',
  addresses: 'all',
});
