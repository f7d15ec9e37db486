import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, type HubClient, type RunInfo } from '@eads/client';
import { accessPath, dataFolder } from '../access.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { bad, type Check, ok, warn } from './check.ts';
import { checkClock, checkNodes, checkStatus, checkVersions, checkWitnessed } from './exchange.ts';
import { checkAccessMode, checkDisk, checkFolder, checkNode } from './machine.ts';

type Health = Awaited<ReturnType<HubClient['health']>>;

/** How long co-signing of what is there may take. */
const WITNESS_MS = 3_000;
const LOOK_MS = 250;

const fault = ({ terminal }: Context, error: unknown): string => {
  terminal.signal.throwIfAborted();
  if (error instanceof ClientError || error instanceof CliError) return error.message;
  throw error;
};

const untilWitnessed = async (client: HubClient, first: Health): Promise<Health> => {
  const deadline = performance.now() + WITNESS_MS;
  for (let now = first; ; now = await client.health()) {
    if (now.ledger.witnessed >= first.ledger.size || performance.now() > deadline) return now;
    await sleep(LOOK_MS);
  }
};

/** Whether the token opens something, and what the hub says of the run. */
const askRun = async (context: Context): Promise<{ info: RunInfo | null; check: Check }> => {
  try {
    const client = context.hub('evaluator');
    const info = await client.runs.get(client.run);
    return { info, check: ok('Access', `the token for evaluator opens run ${info.run} (${info.state})`) };
  } catch (error) {
    const mend = 'Restart the exchange so that access.json is written anew, or give the right --token and --run.';
    return { info: null, check: bad('Access', fault(context, error), mend) };
  }
};

async function* checkExchange(context: Context): AsyncGenerator<Check> {
  const open = context.anyone();
  const before = Date.now();
  let health: Health;
  try {
    health = await open.health();
  } catch (error) {
    yield bad(
      'Exchange',
      fault(context, error),
      'Start it (npm start). If it says that it runs, look whether a firewall or another address is in the way.',
    );
    return;
  }
  const after = Date.now();
  const { info, check } = await askRun(context);
  yield checkStatus(health, info);
  yield check;
  yield checkNodes(health, info);
  yield checkWitnessed(health, await untilWitnessed(open, health));
  yield checkClock(health.serverTime, before, after);
  yield checkVersions(health.version, context.version);
}

/** Everything that can be looked at from here, in order; what hangs on something that is not there is left out. */
export async function* checkEverything(context: Context): AsyncGenerator<Check> {
  const folder = dataFolder(context.terminal);
  yield checkNode(process.versions.node);
  yield await checkFolder(folder);
  const disk = await checkDisk(folder);
  if (disk !== null) yield disk;
  yield await checkAccessMode(accessPath(context.terminal));
  try {
    context.access();
  } catch (error) {
    yield warn('Exchange', fault(context, error), 'Everything else hangs on it.');
    return;
  }
  yield* checkExchange(context);
}
