/** How a command ended, for scripts. Closed; every help shows it. */
export const EXIT = {
  ok: 0,
  /** Something was found wrong, or not all of it was done. */
  wrong: 1,
  /** The command line or its input cannot be understood; nothing was done. */
  input: 2,
  /** The exchange cannot be reached, or does not let this role in. */
  unreachable: 3,
  /** A fault of this program. */
  fault: 70,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
