import pino from 'pino';
import { logLine } from './log-line.ts';
import { redact } from './redact.ts';

export type Logger = pino.Logger;

/** The values of `EADS_LOG_LEVEL`. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; standard output unless told. */
  readonly sink?: { write(line: string): void };
  /** Lines for a reader instead of JSON; where standard output is a terminal, unless told. */
  readonly terminal?: boolean;
  /** Only in lines for a reader; off where `NO_COLOR` is set. */
  readonly colour?: boolean;
}

const standardOutput = (): { write(line: string): void } => {
  const sink = pino.destination({ dest: 1, sync: true });
  // `… | head` closes the pipe; a service does not end because nobody reads its log.
  sink.on('error', () => {});
  return { write: (line) => void sink.write(line) };
};

/** A pino logger whose lines carry no secret: each is cleaned as a whole, child fields, errors and messages included. */
export const createLogger = (options: LoggerOptions): Logger => {
  const {
    name,
    level,
    sink = standardOutput(),
    terminal = process.stdout.isTTY === true,
    colour = (process.env.NO_COLOR ?? '') === '',
  } = options;
  return pino(
    { name, level, serializers: { err: pino.stdSerializers.errWithCause } },
    {
      write: (line: string) => {
        const record = redact(JSON.parse(line)) as Record<string, unknown>;
        sink.write(terminal ? logLine(record, { colour }) : `${JSON.stringify(record)}\n`);
      },
    },
  );
};

/** Says nothing. For tests. */
export const silentLogger: Logger = pino({ level: 'silent' });
