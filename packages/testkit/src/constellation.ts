import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedEntry, Submission } from '@eads/protocol';
import { type Logger, silentLogger } from '@eads/runtime';
import { createStandalone, PRACTICE } from '@eads/standalone';
import { eventually } from './eventually.ts';
import { HANDLING } from './scripted-member.ts';

/**
 * Hub and nodes as `npm start` brings them up, without ambient traffic: real sockets, real PostgreSQL, a folder of its own.
 * Resolves when everybody is linked and the first checkpoint has its quorum.
 */
export const startConstellation = async ({
  members,
  dataDir,
  logger = silentLogger,
}: {
  /** Who has a node here and is called to the practice run, SEC among them; everyone unless told. */
  members?: readonly string[];
  /** Kept at the end; a folder that goes with the constellation unless told. */
  dataDir?: string;
  logger?: Logger;
} = {}) => {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'eads-net-'));
  const standalone = await createStandalone({
    dataDir: folder,
    host: '127.0.0.1',
    port: 0,
    databaseUrl: null,
    metricsPort: null,
    version: '0.0.0',
    openLog: () => logger,
    ...(members === undefined ? {} : { members }),
  });
  const { url, access, nodes } = standalone;

  /** Calls a route as a role; `path` begins at the door, like `/hub/runs`. */
  const call = async (role: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${access.tokens[role] ?? 'none'}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  };
  /** Calls a route of a member's own node in the practice run. */
  const desk = (member: string, method: string, path: string, body?: unknown) =>
    call(member, method, `/nodes/${member}/runs/${PRACTICE}${path}`, body);
  const hub = (role: string, method: string, path: string, body?: unknown) =>
    call(role, method, `/hub/runs/${PRACTICE}${path}`, body);

  const health = async () => (await call('trainer', 'GET', '/health')).json();
  await eventually('everybody is linked and the first checkpoint is witnessed', async () => {
    const { nodes: linked, ledger, status } = await health();
    return status === 'ok' && linked.online === linked.expected && ledger.size > 0 && ledger.witnessed > 0;
  });

  return {
    ...standalone,
    folder,
    call,
    desk,
    hubCall: hub,
    health,
    node: (member: string) => {
      const found = nodes.get(member);
      if (!found) throw new Error(`${member} has no node here`);
      return found;
    },
    /** Hands a message in at a desk and returns its id. */
    send: async (
      member: string,
      kind: string,
      to: Submission['to'],
      body: object,
      over: Partial<Submission> = {},
    ): Promise<string> => {
      const answer = await desk(member, 'POST', '/messages', { kind, to, handling: HANDLING, body, ...over });
      if (answer.status !== 201) throw new Error(`${kind} was returned: ${answer.text}`);
      return answer.json().id;
    },
    /** Waits until a sent message has come as far as this. */
    reaches: (member: string, id: string, ...states: string[]) =>
      eventually(`${member}/${id} is ${states.join(' or ')}`, async () =>
        states.includes((await desk(member, 'GET', `/messages/${id}`)).json().state),
      ),
    feed: async (): Promise<FeedEntry[]> =>
      (await hub('evaluator', 'GET', '/feed')).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    end: async (): Promise<void> => {
      await standalone.stop();
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type Constellation = Awaited<ReturnType<typeof startConstellation>>;
