import { EXIT, type ExitCode } from './exit-codes.ts';

export interface CliErrorText {
  /** One clause, without a full stop. */
  readonly what: string;
  /** A file with line and column, an option, an address. */
  readonly where?: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

const withStop = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);

/** What a person can mend: told in one or two sentences, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor({ what, where, remedy, exitCode = EXIT.input, cause }: CliErrorText) {
    super(
      `${where === undefined ? '' : `${where}: `}${withStop(what)} ${withStop(remedy)}`,
      cause === undefined ? undefined : { cause },
    );
    this.exitCode = exitCode;
  }
}
