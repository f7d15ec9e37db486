import { LedgerError } from '../errors.ts';

/** The code that a call is refused with, or `ok`. Anything but a LedgerError goes on. */
export const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'ok';
};
