import * as z from 'zod';
import { notice } from '../notice/notice.ts';
import { messageRef, plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** The whole notice anew, as the next version: everyone keeps every version. */
export const noticeUpdate = defineKind({
  kind: 'notice.update',
  v: 1,
  says: 'The owner of a notice replaces it by its next version.',
  body: z
    .strictObject({
      /** `<from>/<id>` of the publishing envelope. */
      ref: messageRef,
      version: z.int().min(2).max(10_000),
      notice,
      reason: plainText(500),
    })
    .meta({ id: 'NoticeUpdate' }),
  inner: null,
  state: false,
  authors: 'forces',
  addresses: 'anyone',
});
