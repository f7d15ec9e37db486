/** What a person needs to read: what happened, where, and how to mend it. */
export interface PersonErrorText {
  /** One clause, without a full stop: `The port 8080 is in use`. */
  readonly what: string;
  /** A file (with line), a variable, an address; left out where `what` says it. */
  readonly where?: string;
  /** One sentence that says what to do. */
  readonly remedy: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

const withStop = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);

/** An error that a person can mend. Its message is one readable line; a main file prints it without a stack. */
export class PersonError extends Error {
  readonly what: string;
  readonly where: string | null;
  readonly remedy: string;
  readonly exitCode: number;

  constructor({ what, where, remedy, exitCode = 1, cause }: PersonErrorText) {
    super(
      `${withStop(where === undefined ? what : `${what} (${where})`)} ${withStop(remedy)}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'PersonError';
    this.what = what;
    this.where = where ?? null;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}
