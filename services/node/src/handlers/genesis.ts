import { genesis } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** Who founds the epoch: folded into the key directory with its delivery, as the next entry is judged by it. Nothing is left to do. */
export const handleGenesis = handlerOf(genesis, () => []);
