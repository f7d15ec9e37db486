import { keyRotate } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** Keys that were rotated: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleKeyRotate = handlerOf(keyRotate, () => []);
