import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { JsonFault, type JsonSource, readJsonSource, type TextPlace } from './json-source.ts';
import type { Terminal } from './terminal.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** A JSON file that a person gave, and how to name a place in it. */
export interface InputFile extends JsonSource {
  /** `notices.json:12:5` */
  readonly at: (path: readonly PropertyKey[]) => string;
}

const named = (name: string, { line, column }: TextPlace): string => `${name}:${line}:${column}`;

/** Reads a JSON file, `-` for standard input. Throws CliError with file, line and column. */
export const readInputFile = async (terminal: Terminal, name: string): Promise<InputFile> => {
  const shown = name === '-' ? 'standard input' : name;
  const bytes = name === '-' ? await terminal.readInput() : await readFile(resolve(terminal.cwd, name));
  if (bytes.length > MAX_BYTES) {
    const remedy = 'Split it and give the parts one after the other';
    throw new CliError({ what: `It has over ${MAX_BYTES / 1024 / 1024} MiB`, where: shown, remedy });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CliError({ what: 'It is not UTF-8 text', where: shown, remedy: 'Save it as UTF-8', cause });
  }
  try {
    const source = readJsonSource(text);
    return { ...source, at: (path) => named(shown, source.placeOf(path)) };
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause;
    const remedy = 'Correct the JSON there';
    throw new CliError({ what: cause.message, where: named(shown, cause.place), remedy, cause });
  }
};
