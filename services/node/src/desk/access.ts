import { memberCode, messageId, PROBLEMS, runName } from '@eads/protocol';
import { createProblems, type ProblemError } from '@eads/runtime';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { RotationError } from '../keys/rotate.ts';
import type { NodeService } from '../node.ts';
import { SubmissionError } from '../outbox/submission-error.ts';
import type { Reader } from '../reads/read-log.ts';
import { type NodeRun, NotOpenError } from '../run/node-run.ts';

export const problems = createProblems(PROBLEMS);

export const runParams = z.object({ run: runName });
export const messageParams = runParams.extend({ id: messageId });
export const noticeParams = runParams.extend({ from: memberCode, id: messageId });

/** The run that a route names, or a `not-found` problem. */
export const runOf = (node: NodeService, name: string): NodeRun => {
  const run = node.run(name);
  if (!run)
    throw problems.error('not-found', `This node takes no part in a run "${name}". GET /status lists its runs.`);
  return run;
};

/** Answers what a desk asked for and cannot have, in the terms of HTTP. */
const asProblem = (error: unknown): unknown => {
  if (error instanceof SubmissionError) {
    const { reason, message, at } = error;
    return problems.error(reason === 'rule' ? 'returned' : 'bad-request', message, { at });
  }
  if (error instanceof NotOpenError || error instanceof RotationError) return problems.error('conflict', error.message);
  return error;
};

export const orProblem = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw asProblem(error) as ProblemError;
  }
};

const line = (text: unknown, fallback: string, max: number): string =>
  typeof text === 'string' && text !== '' ? text.replaceAll(/\p{Cc}/gu, ' ').slice(0, max) : fallback;

/** Who asks, by the headers `x-eads-seat` and `x-eads-purpose`; what a desk does not say is logged as not given. */
export const readerOf = ({ headers }: Pick<FastifyRequest, 'headers'>): Reader => ({
  seat: line(headers['x-eads-seat'], 'desk', 64),
  purpose: line(headers['x-eads-purpose'], 'not given', 200),
});
