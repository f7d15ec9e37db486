import { ClientError, type MemberClient, type NoticeVersion } from '@eads/client';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { type Known, knownFrom } from './plan.ts';

const WAIT_MS = 10_000;
const LOOK_MS = 200;
const NEWEST = 500;

const onTheirWay = async (client: MemberClient): Promise<number> => {
  const newest = await client.messages({ limit: NEWEST });
  return newest.filter(({ kind, state }) => kind === 'notice.publish' && (state === 'queued' || state === 'sent'))
    .length;
};

/** A notice joins those that the node holds with its receipt: until then a second import would not see it. */
const settle = async (client: MemberClient, signal: AbortSignal, waitMs: number): Promise<void> => {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const waiting = await onTheirWay(client);
    if (waiting === 0) return;
    signal.throwIfAborted();
    if (performance.now() > deadline) {
      throw new CliError({
        what: `${waiting} notices of ${client.member} are still on their way to the hub, so that nobody can tell yet what was imported before`,
        remedy: 'Wait until its node is linked to the hub (eads doctor), then import again',
        exitCode: EXIT.wrong,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

/** What the force's node holds of its own notices, those withdrawn included. */
export const askKnown = async (client: MemberClient, signal: AbortSignal, waitMs = WAIT_MS): Promise<Known> => {
  await settle(client, signal, waitMs);
  const versions: NoticeVersion[] = [];
  for await (const version of client.notices({ owner: client.member })) {
    // A withdrawal names no source; an earlier version does.
    if (version.cancels) versions.push(...(await client.notice(version.ref)));
    else versions.push(version);
  }
  return knownFrom(client.member, versions);
};

/** For a dry run: null where the node cannot be asked. */
export const askKnownIfThere = async (client: MemberClient, signal: AbortSignal): Promise<Known | null> => {
  try {
    return await askKnown(client, signal);
  } catch (error) {
    if (error instanceof ClientError && error.retry) return null;
    throw error;
  }
};
