import * as z from 'zod';
import { notice } from '../notice/notice.ts';
import { defineKind } from './kind.ts';

/** The notice's reference is this envelope's own `<from>/<id>`; this is its version 1. */
export const noticePublish = defineKind({
  kind: 'notice.publish',
  v: 1,
  says: 'A force issues a notice and owns it from then on.',
  body: z.strictObject({ notice }).meta({ id: 'NoticePublish' }),
  inner: null,
  state: false,
  authors: 'forces',
  addresses: 'anyone',
});
