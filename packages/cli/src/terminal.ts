/** Where a command writes. */
export interface Output {
  readonly isTerminal: boolean;
  readonly colours: boolean;
  /** Resolves once there is room for more. Rejects with PipeClosedError when nobody reads any more (`| head`). */
  write(text: string): Promise<void>;
}

/** All that a command has of the outside world. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: Output;
  readonly err: Output;
  /** Everything on standard input. */
  readonly readInput: () => Promise<Uint8Array>;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The reader of our output has gone. Not a fault: the command ends quietly. */
export class PipeClosedError extends Error {
  override readonly name = 'PipeClosedError';
}

const outputOf = (stream: NodeJS.WriteStream, env: Terminal['env']): Output => {
  let closed = false;
  stream.on('error', () => {
    closed = true;
  });
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    colours: isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    write: async (text) => {
      if (closed) throw new PipeClosedError();
      if (stream.write(text)) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stream.off('drain', done);
          stream.off('error', done);
          resolve();
        };
        stream.on('drain', done);
        stream.on('error', done);
      });
      if (closed) throw new PipeClosedError();
    },
  };
};

const readAll = async (stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

/** The terminal of this process. A second Ctrl-C ends it at once. */
export const processTerminal = (): Terminal => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return {
    env: process.env,
    cwd: process.cwd(),
    out: outputOf(process.stdout, process.env),
    err: outputOf(process.stderr, process.env),
    readInput: () => readAll(process.stdin),
    signal: stop.signal,
  };
};
