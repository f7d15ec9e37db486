import { PersonError } from './person-error.ts';
import { redactText } from './redact.ts';
import type { Shutdown } from './shutdown.ts';

/** What a person reads when a program cannot go on: one clear sentence or two, or a fault with its stack. And the exit code. */
export const explainFailure = (error: unknown): { readonly text: string; readonly exitCode: number } => {
  if (error instanceof PersonError) return { text: redactText(error.message), exitCode: error.exitCode };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: redactText(`A fault of this program, not of yours. Please report it with these lines.\n${stack}`),
    exitCode: 70,
  };
};

export interface MainHandle {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  readonly stderr: { write(text: string): unknown };
}

/**
 * Runs a program: what `start` throws, and what nobody caught later, is explained on standard error,
 * then everything is closed and the exit code set. Codes: that of the `PersonError` (1 unless told), 70 for a fault.
 */
export const runMain = async (
  start: () => Promise<void>,
  shutdown: Shutdown,
  handle: MainHandle = process,
): Promise<void> => {
  const fail = async (error: unknown): Promise<void> => {
    const { text, exitCode } = explainFailure(error);
    handle.stderr.write(`${text}\n`);
    await shutdown.run('failed', exitCode);
  };
  handle.on('uncaughtException', (error) => void fail(error));
  handle.on('unhandledRejection', (error) => void fail(error));
  try {
    await start();
  } catch (error) {
    await fail(error);
  }
};
