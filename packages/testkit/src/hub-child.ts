import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HubServerOptions } from './hub-server.ts';

/** A hub replica in a process of its own, to be killed, stopped and gone on with. */
export interface HubChild {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
}

export interface WaitingHub {
  readonly pid: number;
  readonly exited: Promise<void>;
  /** Rejects when it cannot start, or ended before it listened. */
  begin(options: Omit<HubServerOptions, 'logger' | 'clock'>): Promise<HubChild>;
  signal(signal: NodeJS.Signals): void;
}

interface Said {
  readonly url?: string;
  readonly port?: number;
  readonly error?: string;
}

const heard = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`the hub process ended with ${code ?? signal}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Message);
    });
  });

/** Starts a process that has loaded the hub and waits: to begin takes it little time then. */
export const forkHub = async (): Promise<WaitingHub> => {
  const child = fork(fileURLToPath(new URL('./hub-process.ts', import.meta.url)), {
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'eads-compile-cache') },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await heard(child);
  const common = { pid: child.pid as number, exited, signal: (signal: NodeJS.Signals) => void child.kill(signal) };
  return {
    ...common,
    begin: async (options) => {
      const said = heard<Said>(child);
      child.send(options);
      const { url, port, error } = await said;
      if (url === undefined || port === undefined) throw new Error(`the hub did not start: ${error}`);
      return { ...common, url, port };
    },
  };
};
