import { keyConfirm } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** Suspicion that was lifted: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleKeyConfirm = handlerOf(keyConfirm, () => []);
