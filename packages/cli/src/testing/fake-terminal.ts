import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../program.ts';
import { type Output, PipeClosedError, type Terminal } from '../terminal.ts';

export interface FakeTerminalOptions {
  readonly env?: Record<string, string>;
  readonly isTerminal?: boolean;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Nobody reads standard output any more after so many writes. */
  readonly closesAfter?: number;
  readonly cwd?: string;
}

const collect = (isTerminal: boolean, closesAfter = Number.POSITIVE_INFINITY) => {
  const texts: string[] = [];
  const output: Output = {
    isTerminal,
    colours: false,
    write: async (text) => {
      if (texts.length >= closesAfter) throw new PipeClosedError();
      texts.push(text);
    },
  };
  return { output, text: () => texts.join('') };
};

/** A folder for one test, gone afterwards. */
export const temporaryFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'eads-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** Runs a command line against nothing but what the test gives it. */
export const runFake = async (args: readonly string[], options: FakeTerminalOptions = {}) => {
  const {
    env = {},
    isTerminal = false,
    input = '',
    signal = new AbortController().signal,
    closesAfter,
    cwd = '/',
  } = options;
  const out = collect(isTerminal, closesAfter);
  const err = collect(false);
  const terminal: Terminal = {
    env,
    cwd,
    out: out.output,
    err: err.output,
    readInput: async () => Buffer.from(input),
    signal,
  };
  const code = await runCli(args, terminal, '0.1.0');
  return { code, out: out.text(), err: err.text() };
};
