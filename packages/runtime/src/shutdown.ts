import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

export type CloseStep = () => void | Promise<void>;

/** The process as the shutdown needs it; a test hands in its own. */
export interface ProcessHandle {
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
  exitCode?: number | string | null | undefined;
}

export interface Shutdown {
  /** What was opened last is closed first. Returns a function that takes the step out again. */
  add(name: string, step: CloseStep): () => void;
  /** Closes everything, once; a second call waits for the first. Never rejects: a step that fails is logged and the rest goes on. */
  run(reason: string, exitCode?: number): Promise<void>;
  /** Aborted when closing begins. */
  readonly signal: AbortSignal;
}

export interface ShutdownOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** For all steps together, in ms. */
  readonly deadlineMs?: number;
  readonly process?: ProcessHandle;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** After the last step the process should end by itself; what keeps it is named in no log, so it is cut. */
const LINGER_MS = 1000;

/**
 * Ordered closing with a deadline. SIGINT and SIGTERM begin it; a second one ends the process at once.
 * The only place that calls `process.exit`: when the deadline passed, at a second signal, or when something keeps the process alive.
 */
export const createShutdown = ({
  logger,
  clock,
  deadlineMs = 10_000,
  process: handle = process,
}: ShutdownOptions): Shutdown => {
  const steps: { readonly name: string; readonly step: CloseStep }[] = [];
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let current = '';

  const closeAll = async (): Promise<boolean> => {
    let clean = true;
    for (let next = steps.pop(); next; next = steps.pop()) {
      current = next.name;
      try {
        await next.step();
      } catch (err) {
        clean = false;
        logger.error({ err, step: next.name }, 'could not close cleanly');
      }
    }
    return clean;
  };

  const close = async (reason: string, exitCode: number): Promise<void> => {
    logger.info({ reason }, 'closing');
    closing.abort();
    const deadline = clock.setTimeout(() => {
      logger.error({ step: current, waiting: steps.map(({ name }) => name) }, 'closing took too long: ended as it is');
      handle.exit(exitCode === 0 ? 1 : exitCode);
    }, deadlineMs);
    const clean = await closeAll();
    deadline.cancel();
    const code = clean || exitCode !== 0 ? exitCode : 1;
    handle.exitCode = code;
    logger.info('closed');
    const lingering = setTimeout(() => {
      logger.warn('something kept the process alive after closing: ended as it is');
      handle.exit(code);
    }, LINGER_MS);
    lingering.unref();
  };

  const run: Shutdown['run'] = (reason, exitCode = 0) => {
    running ??= close(reason, exitCode);
    return running;
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    handle.on(signal, () => {
      if (running) {
        logger.warn({ signal }, 'second signal: ended at once');
        handle.exit(SIGNALS[signal]);
        return;
      }
      void run(signal);
    });
  }

  return {
    add(name, step) {
      const entry = { name, step };
      steps.push(entry);
      return () => {
        const at = steps.indexOf(entry);
        if (at >= 0) steps.splice(at, 1);
      };
    },
    run,
    signal: closing.signal,
  };
};
