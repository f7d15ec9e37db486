import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere, writeDurably } from '../durable-file.ts';

const FORMAT = 'eads-witness/v1';

const witnessFile = z.strictObject({
  format: z.literal(FORMAT),
  /** `<name>+<key id>` of the witness key. */
  key: z.string(),
  size: z.int().min(0),
  /** The whole checkpoint that was cosigned last. */
  note: z.string(),
});

/** What a witness cosigned last. It lies outside PostgreSQL: a database that is rolled back must not take it along. */
export type WitnessHeld = Omit<z.infer<typeof witnessFile>, 'format'>;

const pathIn = (folder: string): string => join(folder, 'witness.json');

/** Null where there is none, or where it cannot be read: either way the witness knows nothing of what it cosigned. */
export const readWitnessFile = (folder: string): WitnessHeld | null => {
  const text = readIfThere(pathIn(folder));
  if (text === null) return null;
  try {
    const { key, size, note } = witnessFile.parse(JSON.parse(text));
    return { key, size, note };
  } catch {
    return null;
  }
};

/** On return it is on disk. */
export const writeWitnessFile = (folder: string, held: WitnessHeld): void => {
  writeDurably(pathIn(folder), `${JSON.stringify({ format: FORMAT, ...held })}\n`);
};
