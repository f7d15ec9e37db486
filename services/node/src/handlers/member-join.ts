import { memberJoin } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** A member that joined: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleMemberJoin = handlerOf(memberJoin, () => []);
