import {
  type Cast,
  createCast,
  eventually,
  type HubServer,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CODES = ['ID', 'MY', 'SEC', 'TH'];

describe('three replicas of the hub on one database', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  const replicas: HubServer[] = [];
  let cast: Cast;
  const tokens = testTokens();
  const replica = (i: number): HubServer => replicas[i] as HubServer;

  beforeAll(async () => {
    pg = await startTestPostgres();
    const databaseUrl = await pg.server.ensureDatabase('hub');
    for (const name of ['a', 'b', 'c']) replicas.push(await startHubServer({ databaseUrl, tokens, replica: name }));
    await replica(0).hub.create('shared', CODES);
    cast = await createCast(replica(0).url, 'shared', tokens, CODES);
    expect((await cast.found()).status).toBe(204);
    for (const each of replicas)
      await eventually('every replica serves the run', () => each.hub.run('shared') !== undefined);
    const link = (i: number) => `${replica(i).url.replace('http', 'ws')}/runs/shared/link`;
    cast.member('ID').connect({ url: link(0), token: tokens.ID as string });
    cast.member('MY').connect({ url: link(1), token: tokens.MY as string });
    cast.member('TH').connect({ url: link(2), token: tokens.TH as string });
    cast.member('SEC').connect({ url: link(1), token: tokens.SEC as string });
  });
  afterAll(async () => {
    await cast?.stop();
    for (const each of replicas) await each.stop();
    await pg?.stop();
  });

  const statements = (code: string, count: number): string[] =>
    Array.from(
      { length: count },
      (_, i) => cast.member(code).envelope('delivery.statement', [], { through: i, rseq: 0 }).jws,
    );

  it('numbers what comes in at all three without a gap and without a double, and each sees it all (promises 1 and 2)', async () => {
    const count = 200;
    for (const code of ['ID', 'MY', 'TH']) cast.member(code).send(...statements(code, count));
    const size = 1 + 3 * count;
    for (const code of CODES)
      await cast.member(code).until('all entries', () => cast.member(code).next() === size, 30_000);
    const seqs = ['ID', 'MY', 'TH'].flatMap((code) =>
      cast.member(code).heard.receipts.map(([record]) => Number(record.split('\n')[1])),
    );
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * count }, (_, i) => i + 1));
    const leaves = CODES.map((code) =>
      cast.member(code).heard.delivered.flatMap((frame) => frame.items.slice(frame.first === 0 ? 1 : 0)),
    );
    expect(leaves[1]).toEqual(leaves[0]);
    expect(leaves[2]).toEqual(leaves[0]);
  });

  it('accepts an id once, when the same bytes and other bytes race at two replicas (promise 3)', async () => {
    const id = cast.member('ID');
    const before = id.heard.receipts.length;
    const first = id.envelope('delivery.statement', [], { through: 7, rseq: 0 });
    const other = id.envelope('delivery.statement', [], { through: 8, rseq: 0 }, { id: first.claims.id });
    const direct = async (i: number, jws: string) => replica(i).hub.run('shared')?.submit('ID', jws);
    const settled = await Promise.all([0, 1, 2, 0, 1, 2].map((i, n) => direct(i, n < 3 ? first.jws : other.jws)));
    const entries = (await cast.call('evaluator', 'GET', '/feed')).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .filter((entry) => entry.id === first.claims.id);
    expect(entries.filter((entry) => entry.code === 'accepted')).toHaveLength(1);
    expect(settled.filter((one) => one?.outcome.type === 'original')).toHaveLength(2);
    expect(entries.filter((entry) => entry.code === 'id-conflict')).toHaveLength(3);
    expect(id.heard.receipts.length).toBe(before);
  });

  it('moves a member to the replica of its newest session within a second', async () => {
    const th = cast.member('TH');
    const before = th.heard.lost.length;
    th.connect({
      url: `${replica(0).url.replace('http', 'ws')}/runs/shared/link`,
      token: tokens.TH as string,
      next: th.next(),
    });
    await th.until('the older session is closed', () => th.heard.lost.length > before, 5_000);
    expect(th.heard.lost.at(-1)).toBe(4409);
  });

  it('knows a key that was rotated at another replica', async () => {
    const { generateRunKeys, signEnrolment } = await import('@eads/signing');
    const my = cast.member('MY');
    const count = my.heard.receipts.length;
    const fresh = generateRunKeys();
    my.send(my.envelope('key.rotate', 'all', { block: signEnrolment(cast.origin, 'MY', fresh) }).jws);
    await my.until('the rotation', () => my.heard.receipts.length === count + 1);
    const late = my.envelope('delivery.statement', [], { through: 9, rseq: 0 });
    const settled = await replica(2).hub.run('shared')?.submit('MY', late.jws);
    const seq = settled?.outcome.type === 'entry' ? settled.outcome.seq : -1;
    const [entry] = (await cast.call('evaluator', 'GET', `/feed?from=${seq}`)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entry.code).toBe('bad-signature');
  });
});
