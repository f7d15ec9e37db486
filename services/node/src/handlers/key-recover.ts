import { keyRecover } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** Keys that were recovered: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleKeyRecover = handlerOf(keyRecover, () => []);
