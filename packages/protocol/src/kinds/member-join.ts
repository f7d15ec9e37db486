import * as z from 'zod';
import { memberCode } from '../members.ts';
import { compactJws } from '../text.ts';
import { defineKind } from './kind.ts';

/** Acts on later entries. */
export const memberJoin = defineKind({
  kind: 'member.join',
  v: 1,
  says: 'The Secretariat lets a late member in, with the keys it enrolled.',
  body: z.strictObject({ member: memberCode, block: compactJws }).meta({ id: 'MemberJoin' }),
  inner: null,
  state: true,
  authors: 'secretariat',
  addresses: 'all',
});
