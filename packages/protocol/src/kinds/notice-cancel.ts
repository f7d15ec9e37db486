import * as z from 'zod';
import { messageRef, plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** Reaches every holder; each acknowledges with `recall.ack`. The cancellation counts as the notice's last version. */
export const noticeCancel = defineKind({
  kind: 'notice.cancel',
  v: 1,
  says: 'The owner of a notice withdraws it for good.',
  body: z
    .strictObject({ ref: messageRef, version: z.int().min(2).max(10_000), reason: plainText(500).min(1) })
    .meta({ id: 'NoticeCancel' }),
  inner: null,
  state: false,
  authors: 'forces',
  addresses: 'anyone',
});
