import * as z from 'zod';
import { thumbprint } from '../keys.ts';
import { memberCode } from '../members.ts';
import { compactJws, seqNumber } from '../text.ts';
import { defineKind } from './kind.ts';

/** What the approvals are signed over: this body without `approvals`, as JSON text. */
export const recoveryEvent = z.strictObject({
  member: memberCode,
  block: compactJws,
  /** Keys revoked with it, each "compromised since". */
  revokes: z.array(z.strictObject({ kid: thumbprint, since: seqNumber })).max(8),
});

export const keyRecover = defineKind({
  kind: 'key.recover',
  v: 1,
  says: 'A member that lost its keys gets new ones, approved by the Secretariat and three members.',
  body: recoveryEvent
    .extend({
      /** `eads-approval+jws` over {origin, event: base64 SHA-256}: the Secretariat and three other members. */
      approvals: z.array(compactJws).min(4).max(12),
    })
    .meta({ id: 'KeyRecover' }),
  inner: null,
  state: true,
  authors: 'secretariat',
  addresses: 'all',
});
