import { join } from 'node:path';
import { createNode, nodePlugin } from '@eads/node';
import { PROBLEMS } from '@eads/protocol';
import { createHttpServer, createProblems, createTokenTable, type Logger, listen, silentLogger } from '@eads/runtime';
import { type Constellation, eventually } from '@eads/testkit';
import type { Desk } from './desk.ts';
import { openTcpGate } from './tcp-gate.ts';

/**
 * A member's node in the hands of a test, as in a container of its own: it reaches the hub through a gate, and stops and starts while
 * the others go on. It takes the folder and the database of the constellation's node, which must not be running.
 */
export const ownNode = async (net: Constellation, member: string, logger: Logger = silentLogger) => {
  const token = net.access.tokens[member] as string;
  const databaseUrl = await net.databases.ensure(`eads_node_${member.toLowerCase()}`);
  const gate = await openTcpGate(Number(new URL(net.url).port));
  const dataDir = join(net.folder, 'nodes', member);
  let stopNode: (() => Promise<void>) | null = null;
  let url = '';

  const start = async (): Promise<void> => {
    const node = await createNode({
      member,
      databaseUrl,
      dataDir,
      hubUrl: `http://127.0.0.1:${gate.port}/hub`,
      token,
      logger,
      watchMs: 1_000,
    });
    const app = await createHttpServer({
      name: 'desk',
      title: `Node of ${member}`,
      version: '0.0.0',
      says: 'A node for tests.',
      logger,
      problems: createProblems(PROBLEMS),
      authenticate: createTokenTable({ [member]: token }),
    });
    await app.register(nodePlugin(node));
    const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${port}`;
    stopNode = async () => {
      await node.stop();
      await app.close();
    };
    node.start();
  };
  const stop = async (): Promise<void> => {
    await stopNode?.();
    stopNode = null;
  };
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  };
  const desk = (run: string): Desk => ({
    member,
    call: (method, path, body, headers) => call(method, `/runs/${run}${path}`, body, headers),
  });

  await start();
  return {
    member,
    gate,
    dataDir,
    databaseUrl,
    token,
    url: (): string => url,
    call,
    desk,
    start,
    stop,
    linked: (run: string): Promise<void> =>
      eventually(`${member} is linked in ${run}`, async () => {
        const answer = await desk(run).call('GET', '/status');
        return answer.status === 200 && answer.json().link?.status === 'linked';
      }),
    end: async (): Promise<void> => {
      await stop();
      await gate.close();
    },
  };
};

export type OwnNode = Awaited<ReturnType<typeof ownNode>>;
