import { noticeUpdate } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';
import { checkOwner, keepVersion } from './notice-version.ts';

/** The next version joins the others: every one is kept, in whatever order they come. */
export const handleNoticeUpdate = handlerOf(noticeUpdate, (message) => {
  checkOwner(message);
  return [keepVersion(message.claims, message)];
});
