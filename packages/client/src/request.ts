import { type Problem, problem } from '@eads/protocol';
import type * as z from 'zod';
import { ClientError } from './client-error.ts';
import { splitLines } from './lines.ts';

export interface RequesterOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
  /** The platform's, unless told. */
  readonly fetch?: typeof globalThis.fetch;
}

interface CallOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as NDJSON, as it comes. */
  readonly lines?: AsyncIterable<unknown>;
  /** 30 s unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

interface LineOptions {
  readonly signal?: AbortSignal | undefined;
  readonly maxLineBytes?: number;
}

const ANSWER_MS = 30_000;
/** Feeds send an empty line every 15 s; three missed, and the line counts as dead. */
const SILENCE_MS = 45_000;
const FEED_LINE_BYTES = 1024 * 1024;

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
};

const retryAfter = (response: Response): number | null => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
};

const encoded = async function* (values: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`);
};

/** Headers and body of a call. A body that is streamed needs `duplex` (WHATWG fetch), which the types do not know. */
const contentOf = ({ body, lines }: CallOptions): { headers: Record<string, string>; init: object } => {
  if (lines !== undefined) {
    const stream = ReadableStream.from(encoded(lines));
    return { headers: { 'content-type': 'application/x-ndjson' }, init: { body: stream, duplex: 'half' } };
  }
  if (body === undefined) return { headers: {}, init: {} };
  return { headers: { 'content-type': 'application/json' }, init: { body: JSON.stringify(body) } };
};

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Calls over HTTP: JSON in, parsed JSON, text or lines out. Everything rejects with ClientError. */
export const createRequester = ({ url, token, fetch = globalThis.fetch }: RequesterOptions) => {
  const notUnderstood = (path: string, why: string, status?: number): ClientError =>
    new ClientError(
      'not-understood',
      `${url}${path} answers in a form that this version does not read (${why}). Check the address; if it is right, use the client of the same version.`,
      status === undefined ? {} : { status },
    );

  const failure = async (path: string, response: Response): Promise<ClientError> => {
    const text = await response.text().catch(() => '');
    const read = problem.safeParse(asJson(text));
    if (!read.success) return notUnderstood(path, `status ${response.status}`, response.status);
    const { code, detail, at }: Problem = read.data;
    return new ClientError(code, detail, { status: response.status, at, retryAfterMs: retryAfter(response) });
  };

  const send = async (method: string, path: string, options: CallOptions): Promise<Response> => {
    const { headers, init } = contentOf(options);
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method,
        redirect: 'error',
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers, ...options.headers },
        ...init,
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (error) {
      const detail = `No answer from ${url} (${reasonOf(error)}). Check that it is running and that the address is right.`;
      throw new ClientError('unreachable', detail, { cause: error });
    }
    if (!response.ok) throw await failure(path, response);
    return response;
  };

  /** The whole text of an answer. */
  const whole = async (
    method: string,
    path: string,
    options: CallOptions,
  ): Promise<{ text: string; response: Response }> => {
    const late = AbortSignal.timeout(options.timeoutMs ?? ANSWER_MS);
    const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
    const response = await send(method, path, { ...options, signal });
    try {
      return { text: await response.text(), response };
    } catch (error) {
      throw new ClientError('cut', `The answer of ${url}${path} ended early. Try again.`, { cause: error });
    }
  };

  const parse = <Schema extends z.ZodType>(schema: Schema, path: string, text: string): z.output<Schema> => {
    const value = asJson(text);
    if (value === undefined) throw notUnderstood(path, 'it is not JSON');
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    const issue = read.error.issues[0];
    throw notUnderstood(path, `${issue?.path.join('.') || 'the top'}: ${issue?.message}`);
  };

  /** Chunks of an answer; `touch` is told of each. */
  async function* chunks(response: Response, touch: () => void): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    const reader = response.body.getReader();
    try {
      for (;;) {
        let part: Awaited<ReturnType<typeof reader.read>>;
        try {
          part = await reader.read();
        } catch (error) {
          throw new ClientError('cut', `The line to ${url} was cut. Try again.`, { cause: error });
        }
        if (part.done) return;
        touch();
        yield part.value;
        // A reader that takes its time is not a line that is dead.
        touch();
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  return {
    url,
    parse,
    json: async <Schema extends z.ZodType>(
      schema: Schema,
      method: string,
      path: string,
      options: CallOptions = {},
    ): Promise<z.output<Schema>> => parse(schema, path, (await whole(method, path, options)).text),

    /** The answer's own text, and its `date` header in ms where there is one. */
    text: async (
      method: string,
      path: string,
      options: CallOptions = {},
    ): Promise<{ text: string; date: number | null }> => {
      const { text, response } = await whole(method, path, options);
      const date = Date.parse(response.headers.get('date') ?? '');
      return { text, date: Number.isNaN(date) ? null : date };
    },

    none: async (method: string, path: string, options: CallOptions = {}): Promise<void> => {
      await whole(method, path, options);
    },

    /**
     * Each line parsed; null for an empty line, which keeps the connection open. Rejects with `cut` when the answer breaks off, or
     * when nothing came for 45 s.
     */
    async *lines<Schema extends z.ZodType>(
      schema: Schema,
      path: string,
      { signal, maxLineBytes = FEED_LINE_BYTES }: LineOptions = {},
    ): AsyncGenerator<z.output<Schema> | null, void, undefined> {
      const silence = new AbortController();
      // Before the request: the head of an answer waits for its first line.
      const timer = setTimeout(() => silence.abort(), SILENCE_MS);
      try {
        const either = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
        const response = await send('GET', path, { signal: either });
        for await (const line of splitLines(
          chunks(response, () => timer.refresh()),
          maxLineBytes,
        )) {
          yield line === '' ? null : parse(schema, path, line);
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
};

export type Requester = ReturnType<typeof createRequester>;
