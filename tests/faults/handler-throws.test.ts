import type { NodeOptions } from '@eads/node';
import { eventually, type HubServer, plainNotice, startHubServer, startTestPostgres, testTokens } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { FOUR, type RealNodes, startRealNodes } from './real-nodes.ts';

const RUN = 'handlers';

type Handler = NonNullable<NodeOptions['handlers']> extends ReadonlyMap<string, infer Each> ? Each : never;

describe('a handler that throws', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let nodes: RealNodes;
  const handled: string[] = [];
  const failed: string[] = [];
  /** The notice that the handlers of MY choke on. */
  let choke = '';
  let mended = false;

  const record: Handler = ({ ref }) => {
    handled.push(ref);
    return [];
  };
  const throwing: Handler = (message, context) => {
    if (message.ref !== choke) return record(message, context);
    failed.push(message.ref);
    throw new Error('not today');
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server.ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FOUR);
    const unsound = new Map<string, Handler>([
      ['genesis', record],
      ['notice.publish', throwing],
    ]);
    nodes = await startRealNodes({
      ...{ hubUrl: server.url, run: RUN, tokens },
      ensure: (name) => postgres.server.ensureDatabase(name),
      over: (code) => (code === 'MY' && !mended ? { handlers: unsound } : {}),
    });
    await nodes.linked();
  });
  afterAll(async () => {
    await nodes?.stop();
    await server?.stop();
    await postgres?.stop();
  });

  const notices = async (code: string): Promise<string[]> => {
    const { core } = nodes.runOf(code);
    const { rows } = await core.database.query<{ ref: string }>(`SELECT ref FROM ${core.schema}.notice_versions`);
    return rows.map(({ ref }) => ref);
  };
  const publish = async (code: string, serial: number): Promise<string> =>
    `${code}/${await nodes.submit(code, 'notice.publish', 'all', { notice: plainNotice(code, serial) })}`;

  it('stops nobody: later messages are handled, the failed one is tried again, and is handled by a sound one after a restart', async () => {
    choke = await publish('ID', 1);
    const after: string[] = [];
    for (let i = 2; i <= 6; i++) after.push(await publish('SG', i), await publish('TH', i));
    await eventually('the later ones are handled', () => after.every((ref) => handled.includes(ref)));
    await eventually('the failed one is tried again', () => failed.length > 1);
    const before = await nodes.runOf('MY').status();
    expect(before.handling.failed).toBe(1);
    expect(before.red).toEqual([]);
    expect(before.amber.map(({ code }) => code)).toEqual(['handling-failed']);
    // At its neighbours nothing of it shows, and its own link and cosigning go on.
    for (const code of ['SG', 'TH']) {
      await eventually(`${code} holds it`, async () => (await notices(code)).includes(choke));
      expect((await nodes.runOf(code).status()).colour).toBe('green');
    }
    const [, id = ''] = choke.split('/');
    await nodes.reaches('ID', id, 'witnessed');
    expect(before.link?.status).toBe('linked');
    expect(new Set(handled).size).toBe(handled.length);

    const times = handled.length;
    mended = true;
    await nodes.restart('MY');
    await eventually('it is handled at last', async () => (await notices('MY')).includes(choke));
    await eventually('nothing is left', async () => {
      const { handling, amber } = await nodes.runOf('MY').status();
      return handling.pending === 0 && handling.failed === 0 && amber.length === 0;
    });
    // What was handled before is not handled again: of all those only the failed one is in the mirror.
    expect(await notices('MY')).toEqual([choke]);
    expect(handled).toHaveLength(times);
    expect((await nodes.runOf('MY').status()).colour).toBe('green');
  });
});
