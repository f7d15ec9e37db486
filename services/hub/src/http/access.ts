import { memberCode, PROBLEMS } from '@eads/protocol';
import { type AccessRule, createProblems } from '@eads/runtime';
import type { Hub } from '../hub.ts';
import type { ReadableRun } from '../run/export-source.ts';
import type { Run } from '../run/run.ts';

export const problems = createProblems(PROBLEMS);

/** A force or the Secretariat, by its installation token. */
export const anyMember: AccessRule = { says: 'any member', allows: (role) => memberCode.safeParse(role).success };

/** Whoever may see that a run is there and how large its log is. */
export const anyoneWithToken: AccessRule = { says: 'any token', allows: () => true };

/** Who sees everything: entry bundles, others' records, openings. */
export const WHO_SEE_ALL = ['trainer', 'evaluator', 'auditor'];

/** The run that a route names, or a `not-found` problem. */
export const runOf = (hub: Hub, name: string): Run => {
  const run = hub.run(name);
  if (!run)
    throw problems.error('not-found', `There is no run "${name}" open here. GET /hub/runs lists those there are.`);
  return run;
};

/** The run that a route names, as far as it can be read: open or archived. */
export const readableOf = (hub: Hub, name: string): ReadableRun => {
  const archived = hub.archived(name);
  if (archived) return archived;
  const run = runOf(hub, name);
  return { run: run.run, schema: run.schema, epoch: run.epoch, read: run.live.read };
};
