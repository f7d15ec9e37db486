import { noticePublish } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';
import { keepVersion } from './notice-version.ts';

/** A new notice goes into the mirror as version 1. */
export const handleNoticePublish = handlerOf(noticePublish, (message) => [keepVersion(message.claims, message)]);
