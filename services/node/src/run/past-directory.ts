import type { Directory } from '@eads/signing';
import type { RunCore } from './core.ts';
import type { EpochState } from './epoch-state.ts';
import { foldHeldEvents } from './epoch-state.ts';

/** The directories of epochs that ended: they change no more. */
const ended = new WeakMap<RunCore, Map<number, Promise<Directory>>>();

/** Who signed what in an epoch, the present one or one before it. */
export const directoryOfEpoch = (core: RunCore, state: EpochState, epoch: number): Promise<Directory> => {
  if (epoch === state.epoch) return Promise.resolve(state.directory);
  const known = ended.get(core) ?? new Map<number, Promise<Directory>>();
  ended.set(core, known);
  const directory = known.get(epoch) ?? foldHeldEvents(core, epoch);
  known.set(epoch, directory);
  return directory;
};
