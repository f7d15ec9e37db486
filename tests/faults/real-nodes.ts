import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type NodeOptions, type NodeService } from '@eads/node';
import type { Submission } from '@eads/protocol';
import { silentLogger } from '@eads/runtime';
import { evidenceCodes, findOutbox, type OutboxRow } from '@eads/store';
import { eventually, HANDLING } from '@eads/testkit';

/** Four forces, so that a quorum is three, and the Secretariat, that founds. */
export const FOUR: readonly string[] = ['ID', 'MY', 'SEC', 'SG', 'TH'];

type RunOfNode = NonNullable<ReturnType<NodeService['run']>>;

export interface RealNodesOptions {
  readonly hubUrl: string;
  readonly run: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** Gives the address of a database of this name. */
  readonly ensure: (name: string) => Promise<string>;
  readonly codes?: readonly string[];
  readonly over?: (code: string) => Partial<NodeOptions>;
}

/** Real nodes in this process, each with a database and a folder of its own, before a hub that is elsewhere. */
export const startRealNodes = async (options: RealNodesOptions) => {
  const { hubUrl, run, tokens, ensure, codes = FOUR, over = () => ({}) } = options;
  const folder = mkdtempSync(join(tmpdir(), 'eads-nodes-'));
  const nodes = new Map<string, NodeService>();

  const start = async (code: string): Promise<void> => {
    const node = await createNode({
      member: code,
      databaseUrl: await ensure(`node_${code.toLowerCase()}`),
      dataDir: join(folder, code),
      hubUrl,
      token: tokens[code] as string,
      logger: silentLogger,
      random: () => 0,
      tickMs: 100,
      watchMs: 250,
      statementEveryMs: Number.POSITIVE_INFINITY,
      ...over(code),
    });
    nodes.set(code, node);
    node.start();
  };
  const node = (code: string): NodeService => {
    const found = nodes.get(code);
    if (!found) throw new Error(`${code} has no node here`);
    return found;
  };
  const runOf = (code: string, name = run): RunOfNode => {
    const found = node(code).run(name);
    if (!found) throw new Error(`the node of ${code} does not hold the run ${name}`);
    return found;
  };
  const outbox = async (code: string, id: string): Promise<OutboxRow> => {
    const { core } = runOf(code);
    const row = await findOutbox(core.database, core.schema, id);
    if (!row) throw new Error(`${code} never sent ${id}`);
    return row;
  };

  for (const code of codes) await start(code);

  return {
    ...{ codes, node, runOf, outbox, folder },
    /** Stops a node and starts it again on what it holds. */
    restart: async (code: string): Promise<void> => {
      await node(code).stop();
      await start(code);
    },
    submit: (code: string, kind: string, to: Submission['to'], body: Submission['body']): Promise<string> =>
      runOf(code).submit({ kind, to, body, handling: HANDLING }),
    reaches: (code: string, id: string, ...states: readonly string[]): Promise<void> =>
      eventually(`${code}/${id} is ${states.join(' or ')}`, async () =>
        states.includes((await outbox(code, id)).state),
      ),
    /** Codes of the evidence that a node holds of its present epoch. */
    evidenceOf: async (code: string): Promise<string[]> => {
      const { core, state } = runOf(code);
      return (await evidenceCodes(core.database, core.schema, state()?.epoch ?? 0)).map((row) => row.code);
    },
    linked: (which: readonly string[] = codes): Promise<void> =>
      eventually(`${which} are linked`, () => which.every((code) => node(code).run(run)?.linkStatus() === 'linked')),
    stop: async (): Promise<void> => {
      await Promise.all([...nodes.values()].map((each) => each.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type RealNodes = Awaited<ReturnType<typeof startRealNodes>>;
