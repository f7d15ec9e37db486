import { join } from 'node:path';
import { PersonError } from '@eads/runtime';
import { exportRunKeys, generateRunKeys, importRunKeys, type OpeningKey, type RunKeys } from '@eads/signing';
import * as z from 'zod';
import { readIfThere, writeDurably } from '../durable-file.ts';

const FORMAT = 'eads-node-keys/v1';

const keyFile = z.strictObject({
  format: z.literal(FORMAT),
  epochs: z.array(
    z.strictObject({ origin: z.string(), current: z.unknown(), next: z.union([z.unknown(), z.null()]).optional() }),
  ),
});

interface EpochKeys {
  readonly current: RunKeys;
  /** Made for a rotation that the ledger has not confirmed. */
  readonly next: RunKeys | null;
}

/** The private keys of one node in one run, all epochs, in a file beside and never inside the database. */
export interface KeyRing {
  /** The keys of an epoch; made, and on disk before they are returned, where there are none. */
  keysFor(origin: string): RunKeys;
  has(origin: string): boolean;
  /** Keys of a rotation under way, or null. */
  nextFor(origin: string): RunKeys | null;
  /** Makes the keys of the next rotation. Those already made are returned again. */
  prepareNext(origin: string): RunKeys;
  /** The rotation stands in the ledger: the next keys are the current ones; the old decryption key is kept. */
  promote(origin: string): void;
  /** The rotation was refused. Messages that were signed with the next keys are the caller's to hold back. */
  dropNext(origin: string): void;
  /** Every decryption key that this node ever had in the run, newest first. */
  openingKeys(): readonly OpeningKey[];
}

const parse = (text: string): unknown => JSON.parse(text);

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const load = (path: string): Map<string, EpochKeys> => {
  const text = readIfThere(path);
  if (text === null) return new Map();
  const read = keyFile.safeParse(jsonOf(text));
  if (!read.success) {
    throw new PersonError({
      what: 'The key file is damaged, or of another version',
      where: path,
      remedy: 'Restore it from a backup; this node is nobody without its keys',
    });
  }
  return new Map(
    read.data.epochs.map(({ origin, current, next }) => [
      origin,
      {
        current: importRunKeys(JSON.stringify(current)),
        next: next === null || next === undefined ? null : importRunKeys(JSON.stringify(next)),
      },
    ]),
  );
};

/** Opens the key file in a run's folder; it is made with the first keys. Throws where the file is damaged. */
export const openKeyRing = (folder: string): KeyRing => {
  const path = join(folder, 'keys.json');
  const epochs = load(path);

  const save = (origin: string, keys: EpochKeys): void => {
    const after = new Map(epochs).set(origin, keys);
    const file: z.input<typeof keyFile> = {
      format: FORMAT,
      epochs: [...after].map(([name, { current, next }]) => ({
        origin: name,
        current: parse(exportRunKeys(current)),
        next: next === null ? null : parse(exportRunKeys(next)),
      })),
    };
    writeDurably(path, `${JSON.stringify(file)}\n`);
    epochs.set(origin, keys);
  };

  const known = (origin: string): EpochKeys => {
    const keys = epochs.get(origin);
    if (!keys) throw new Error(`There are no keys for ${origin} in ${path}.`);
    return keys;
  };

  return {
    keysFor(origin) {
      if (!epochs.has(origin)) save(origin, { current: generateRunKeys(), next: null });
      return known(origin).current;
    },
    has: (origin) => epochs.has(origin),
    nextFor: (origin) => epochs.get(origin)?.next ?? null,
    prepareNext(origin) {
      const { current, next } = known(origin);
      if (next !== null) return next;
      const made = {
        ...generateRunKeys(),
        formerEncryption: [current.encryption, ...current.formerEncryption],
      };
      save(origin, { current, next: made });
      return made;
    },
    promote(origin) {
      const { next } = known(origin);
      if (next !== null) save(origin, { current: next, next: null });
    },
    dropNext(origin) {
      save(origin, { current: known(origin).current, next: null });
    },
    openingKeys: () =>
      [...epochs.values()]
        .reverse()
        .flatMap(({ current, next }) => [
          ...(next === null ? [] : [next.encryption]),
          current.encryption,
          ...current.formerEncryption,
        ]),
  };
};
