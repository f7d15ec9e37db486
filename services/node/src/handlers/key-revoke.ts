import { keyRevoke } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** A key that was revoked: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleKeyRevoke = handlerOf(keyRevoke, () => []);
