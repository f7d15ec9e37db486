import { PROBLEMS, type Problem, type ProblemCode } from '@eads/protocol';

/** What can go wrong before or beside an answer of the server. */
const OWN_CODES = {
  /** Nobody answers at the address. */
  unreachable: { retry: true },
  /** The answer ended early, or nothing came for too long. */
  cut: { retry: true },
  /** The answer is not of the form that this version reads: another server, or another version. */
  'not-understood': { retry: false },
  /** The feed was asked for entries beyond its end: the log was rolled back, or the number is of another run. */
  'cursor-ahead': { retry: false },
  /** An entry is missing in a feed that has every entry. */
  gap: { retry: false },
  /** A person must act at the desk before the message goes on. */
  held: { retry: false },
  /** Waited for longer than was allowed. */
  'timed-out': { retry: true },
} as const satisfies Record<string, { retry: boolean }>;

type OwnCode = keyof typeof OWN_CODES;

/** Closed: the problems of the HTTP routes, and what only a client sees. */
export type ClientErrorCode = ProblemCode | OwnCode;

export interface ClientErrorOptions {
  readonly status?: number;
  readonly at?: Problem['at'];
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** What every call of this package rejects with. `message` says what, where and how to mend it. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  readonly detail: string;
  /** Whether the same call may succeed later. */
  readonly retry: boolean;
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  /** Where in the input, when that is the matter. */
  readonly at: NonNullable<Problem['at']>;
  /** How long the server asks to wait, ms. */
  readonly retryAfterMs: number | null;

  constructor(code: ClientErrorCode, detail: string, options: ClientErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.retry = code in OWN_CODES ? OWN_CODES[code as OwnCode].retry : PROBLEMS[code as ProblemCode].retry;
    this.status = options.status ?? null;
    this.at = options.at ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
