import type { Command } from 'commander';
import { type Access, findAccess, type GlobalOptions, hubClientFor, memberClientFor, openClientFor } from './access.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Paint, painter } from './style.ts';
import type { Terminal } from './terminal.ts';

/** What every command is handed. */
export interface Context {
  readonly terminal: Terminal;
  readonly version: string;
  readonly access: () => Access;
  /** Without a token. */
  readonly anyone: () => ReturnType<typeof openClientFor>;
  readonly hub: (role: string) => ReturnType<typeof hubClientFor>;
  readonly member: (code: string) => ReturnType<typeof memberClientFor>;
  readonly print: (text: string) => Promise<void>;
  readonly printJson: (value: unknown) => Promise<void>;
  /** For a person, on standard error: progress, and what must not mix with data. */
  readonly note: (text: string) => Promise<void>;
  readonly paint: Paint;
  exitCode: ExitCode;
}

export const createContext = (terminal: Terminal, version: string, globals: () => GlobalOptions): Context => {
  let found: Access | undefined;
  const access = (): Access => {
    found ??= findAccess(terminal, globals());
    return found;
  };
  return {
    terminal,
    version,
    access,
    anyone: () => openClientFor(access(), terminal.signal),
    hub: (role) => hubClientFor(access(), role, terminal.signal),
    member: (code) => memberClientFor(access(), code, terminal.signal),
    print: (text) => terminal.out.write(`${text}\n`),
    printJson: (value) => terminal.out.write(`${JSON.stringify(value)}\n`),
    note: (text) => terminal.err.write(`${text}\n`),
    paint: painter(terminal.out),
    exitCode: EXIT.ok,
  };
};

/** A command file adds its command to the program. */
export type AddCommand = (program: Command, context: Context) => void;

/** Text after the options of a help: how it is called, and what its exit codes mean. */
export const examples = (...lines: readonly string[]): string =>
  `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
