import { noticeCancel } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';
import { checkOwner, keepVersion } from './notice-version.ts';

/** The withdrawal is the notice's last version, and this node acknowledges it to the owner by itself, once. */
export const handleNoticeCancel = handlerOf(noticeCancel, (message) => {
  checkOwner(message);
  const { claims, ref: cancel } = message;
  return [keepVersion(claims, message), { do: 'acknowledge-recall', ref: claims.body.ref, cancel, owner: claims.from }];
});
