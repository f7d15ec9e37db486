/** One row of a problem table. */
export interface ProblemRow {
  /** HTTP status. */
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
}

/** The codes that the server itself answers with: every table has them. */
export type ServerProblemCode =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'too-many'
  | 'internal'
  | 'unavailable';

/** One place in the input, and what is the matter there. */
export interface ProblemPlace {
  /** `body/notice/charges/0/text`, `querystring/from`. */
  readonly path: string;
  readonly says: string;
}

/** `application/problem+json` (RFC 9457). */
export interface ProblemBody<Code extends string = string> {
  readonly type: string;
  readonly code: Code;
  readonly title: string;
  readonly status: number;
  /** What, where and how to mend it. */
  readonly detail: string;
  readonly retry: boolean;
  readonly at?: readonly ProblemPlace[];
}

export interface ProblemOptions {
  readonly at?: readonly ProblemPlace[];
  /** Becomes the header `Retry-After`. */
  readonly retryAfterMs?: number;
  /** For the log; never leaves the process. */
  readonly cause?: unknown;
}

/** Thrown by a route to answer with a problem. */
export class ProblemError extends Error {
  readonly body: ProblemBody;
  readonly retryAfterMs: number | null;

  constructor(body: ProblemBody, { retryAfterMs, cause }: ProblemOptions) {
    super(`${body.code}: ${body.detail}`, cause === undefined ? undefined : { cause });
    this.name = 'ProblemError';
    this.body = body;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

export interface Problems<Code extends string> {
  readonly table: Readonly<Record<Code | ServerProblemCode, ProblemRow>>;
  body(code: Code | ServerProblemCode, detail: string, at?: readonly ProblemPlace[]): ProblemBody;
  /** `throw problems.error('conflict', 'The run is archived. Restore it first.')` */
  error(code: Code | ServerProblemCode, detail: string, options?: ProblemOptions): ProblemError;
}

/** The `type` of a problem is `urn:problem-type:eads:<code>`. */
const PROBLEM_TYPE_PREFIX = 'urn:problem-type:eads:';

/** Problems out of a closed table of codes. */
export const createProblems = <Code extends string>(
  table: Readonly<Record<Code | ServerProblemCode, ProblemRow>>,
): Problems<Code> => {
  const body: Problems<Code>['body'] = (code, detail, at) => {
    const { status, title, retry } = table[code];
    return {
      type: `${PROBLEM_TYPE_PREFIX}${code}`,
      code,
      title,
      status,
      detail,
      retry,
      ...(at === undefined || at.length === 0 ? {} : { at }),
    };
  };
  return {
    table,
    body,
    error: (code, detail, options = {}) => new ProblemError(body(code, detail, options.at), options),
  };
};
