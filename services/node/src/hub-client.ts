import {
  type Gathering,
  type GenesisEnvelope,
  gathering,
  genesisEnvelope,
  problem,
  type RunInfo,
  runInfo,
} from '@eads/protocol';
import * as z from 'zod';

/** The hub answered, but not with what was asked for. `status` 0: it did not answer at all. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** What a node asks of the hub over HTTP, with its member's installation token. All throw {@link HubError}. */
export interface HubClient {
  listRuns(): Promise<RunInfo[]>;
  enrol(run: string, block: string): Promise<void>;
  /** Null until genesis stands. */
  genesis(run: string): Promise<GenesisEnvelope | null>;
  /** The Secretariat only. */
  gathering(run: string): Promise<Gathering>;
  /** The Secretariat only. */
  found(run: string, genesis: GenesisEnvelope): Promise<void>;
  /** `ws://…/runs/:run/link` */
  linkUrl(run: string): string;
}

export interface HubClientOptions {
  /** Without a slash at its end: `http://127.0.0.1:8080/hub`. */
  readonly hubUrl: string | (() => string);
  readonly token: string;
  /** How long an answer may take, in ms; 10,000 unless told. */
  readonly timeoutMs?: number;
}

const says = (text: string, status: number): string => {
  try {
    const read = problem.safeParse(JSON.parse(text));
    if (read.success) return `${read.data.title}. ${read.data.detail}`;
  } catch {
    // No problem body: the status has to do.
  }
  return `The hub answered with status ${status}.`;
};

export const createHubClient = ({ hubUrl, token, timeoutMs = 10_000 }: HubClientOptions): HubClient => {
  const base = (): string => (typeof hubUrl === 'string' ? hubUrl : hubUrl());
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base()}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      throw new HubError(0, `The hub at ${base()} does not answer.`, error);
    }
    if (!response.ok) throw new HubError(response.status, says(text, response.status));
    return text === '' ? null : JSON.parse(text);
  };

  const read = async <Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>> => {
    const parsed = schema.safeParse(await ask(path));
    if (!parsed.success) {
      throw new HubError(502, `The hub's answer to ${path} is not of the form that this version knows.`, parsed.error);
    }
    return parsed.data;
  };

  return {
    listRuns: () => read(z.array(runInfo), '/runs'),
    enrol: async (run, block) => {
      await ask(`/runs/${run}/enrolments`, { block });
    },
    genesis: async (run) => {
      try {
        return await read(genesisEnvelope, `/runs/${run}/genesis`);
      } catch (error) {
        if (error instanceof HubError && error.status === 404) return null;
        throw error;
      }
    },
    gathering: (run) => read(gathering, `/runs/${run}/enrolments`),
    found: async (run, genesis) => {
      await ask(`/runs/${run}/genesis`, genesis);
    },
    linkUrl: (run) => `${base().replace(/^http/, 'ws')}/runs/${run}/link`,
  };
};
