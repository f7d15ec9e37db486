import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from './cluster.ts';
import { boundLog } from './log-file.ts';
import type { Postmaster, StopMode } from './postmaster.ts';
import { stopPostmaster } from './postmaster.ts';
import { watchOver } from './watchdog.ts';

export interface Keeper {
  current(): Postmaster;
  restart(mode: StopMode): Promise<void>;
  stop(): Promise<void>;
}

const logCheckMs = 60_000;
const longestPauseMs = 5_000;

/** Keeps one postmaster going: starts it again when it ends by itself, never two at a time, none after `stop`. */
export function keepRunning(
  first: Postmaster,
  options: {
    readonly layout: Layout;
    readonly restartOnCrash: boolean;
    readonly stopWithParent: boolean;
    readonly tell: (text: string) => void;
  },
  launch: () => Promise<Postmaster>,
): Keeper {
  const { layout, restartOnCrash, stopWithParent, tell } = options;
  const stopping = new AbortController();
  let current = first;
  let watchdog = stopWithParent ? watchOver(first.pid) : undefined;
  /** All that starts or stops a postmaster, one after the other. */
  let work: Promise<void> = Promise.resolve();
  const logCheck = setInterval(() => void boundLog(layout.log).catch(() => undefined), logCheckMs);
  logCheck.unref();

  function inTurn(step: () => Promise<void>): Promise<void> {
    const done = work.then(step);
    work = done.catch(() => undefined);
    return done;
  }

  async function replace(): Promise<void> {
    current = await launch();
    watchdog = stopWithParent ? watchOver(current.pid) : undefined;
    follow(current);
  }

  function follow(postmaster: Postmaster): void {
    void postmaster.exited.then(() => inTurn(() => bringBack(postmaster)));
  }

  async function bringBack(ended: Postmaster): Promise<void> {
    if (stopping.signal.aborted || current !== ended) return;
    watchdog?.dismiss();
    if (!restartOnCrash) return tell('PostgreSQL ended unexpectedly');
    tell('PostgreSQL ended unexpectedly; starting it again');
    let told = '';
    for (let pause = 100; !stopping.signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        await replace();
        return tell('PostgreSQL is running again');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told) tell(reason);
        told = reason;
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  follow(first);
  return {
    current: () => current,
    restart: (mode) =>
      inTurn(async () => {
        watchdog?.dismiss();
        const ended = current;
        await stopPostmaster(ended, mode);
        await replace();
      }),
    stop() {
      stopping.abort();
      return inTurn(async () => {
        clearInterval(logCheck);
        watchdog?.dismiss();
        await stopPostmaster(current, 'fast');
      });
    },
  };
}
