import type { FeedEntry, RunInfo } from '@eads/protocol';
import { archiveRun, beginEpoch, freeze, inTransaction, openLedger, readHead, runSchema } from '@eads/store';
import {
  createCast,
  createScriptedMember,
  eventually,
  type HubServer,
  hubCaller,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FEW = ['ID', 'MY', 'SEC', 'TH'];

describe('the life of a run, at two replicas', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  const hubs: HubServer[] = [];
  const tokens = testTokens();
  const one = (): HubServer => hubs[0] as HubServer;
  const other = (): HubServer => hubs[1] as HubServer;
  beforeAll(async () => {
    pg = await startTestPostgres();
    const databaseUrl = await pg.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) hubs.push(await startHubServer({ databaseUrl, tokens, replica }));
  });
  afterAll(async () => {
    for (const hub of hubs) await hub.stop();
    await pg?.stop();
  });

  const caller = (run: string, hub = one()) => hubCaller(hub.url, run, tokens);
  const info = async (run: string): Promise<RunInfo> => JSON.parse((await caller(run)('trainer', 'GET', '')).text);
  const feed = async (run: string): Promise<FeedEntry[]> =>
    (await caller(run)('evaluator', 'GET', '/feed')).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const gather = async (run: string) => {
    await one().hub.create(run, FEW);
    await eventually('the other serves it', () => other().hub.run(run) !== undefined);
    return createCast(one().url, run, tokens, FEW);
  };

  it('has nothing for its entry 0 but the genesis, whoever tries', async () => {
    const cast = await gather('first');
    expect((await cast.call('operator', 'POST', '/ledger/open', { reason: 'too early' })).status).toBe(503);
    const run = one().hub.run('first');
    const early = await run?.submit(
      'ID',
      cast.member('ID').envelope('delivery.statement', [], { through: 0, rseq: 0 }).jws,
    );
    const rubbish = await run?.submit('ID', 'rubbish');
    expect([early, rubbish].map((each) => each?.outcome)).toMatchObject(
      Array(2).fill({ type: 'retry', code: 'starting' }),
    );
    expect((await cast.call('trainer', 'POST', '/archive')).status).toBe(409);
    expect(await info('first')).toMatchObject({ state: 'gathering', size: 0, why: null });
    const id = cast.connect('ID');
    await id.until('a refusal', () => id.heard.lost.length > 0);
    expect(id.heard.lost[0]).toBe(4503);
    expect((await cast.found()).status).toBe(204);
    expect((await feed('first')).map(({ seq, kind, code }) => [seq, kind, code])).toEqual([[0, 'genesis', 'accepted']]);
    await cast.stop();
  });

  it('is founded after a restart of the database that came before its genesis: there is nothing to vouch for', async () => {
    const cast = await gather('second');
    await pg.server.restart();
    await eventually('the genesis is taken', async () => (await cast.found()).status === 204);
    expect(await info('second')).toMatchObject({ state: 'open', size: 1 });
  });

  it('goes on in a new epoch at both replicas: sessions are told, dedupe stays, and of two who ask one begins it', async () => {
    const cast = await gather('third');
    await cast.found();
    const id = cast.connect('ID');
    const my = cast.member('MY');
    my.connect({ url: `${other().url.replace('http', 'ws')}/runs/third/link`, token: tokens.MY as string });
    const before = id.envelope('delivery.statement', [], { through: 1, rseq: 0 });
    id.send(before.jws);
    await id.until('the receipt', () => id.heard.receipts.length === 1);
    await my.until('the entry', () => my.next() === 2);
    const begin = (hub: HubServer) =>
      caller('third', hub)('operator', 'POST', '/ledger/new-epoch', { reason: 'exercise' });
    const answers = await Promise.all([begin(one()), begin(other())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await my.until('the end of its session', () => my.heard.lost.length > 0);
    expect(my.heard.lost[0]).toBe(4410);
    await eventually('both serve the new epoch', () => hubs.every(({ hub }) => hub.run('third')?.epoch.epoch === 2));
    const next = await createCast(one().url, 'third', tokens, FEW);
    expect(next.origin).toBe(cast.origin.replace(/1$/, '2'));
    expect((await next.found()).status).toBe(204);
    const again = next.connect('ID');
    again.send(
      before.jws,
      again.envelope('delivery.statement', [], { through: 1, rseq: 0 }, { id: before.claims.id }).jws,
      again.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws,
    );
    await again.until('the answers', () => again.heard.receipts.length === 3);
    expect((await feed('third')).slice(1).map(({ code }) => code)).toEqual(['other-origin', 'id-conflict', 'accepted']);
    await cast.stop();
    await next.stop();
  });

  it('is archived whole while members write at both replicas, and never opened again', async () => {
    const cast = await gather('fourth');
    await cast.found();
    const id = cast.connect('ID');
    const my = cast.member('MY');
    my.connect({ url: `${other().url.replace('http', 'ws')}/runs/fourth/link`, token: tokens.MY as string });
    for (const member of [id, my]) {
      member.send(
        ...Array.from(
          { length: 400 },
          (_, i) => member.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws,
        ),
      );
    }
    await id.until('some receipts', () => id.heard.receipts.length > 0);
    const reopen = (async () => {
      // Somebody opens the ledger over and over, at the replica that does not archive it.
      const statuses: number[] = [];
      for (let i = 0; i < 40; i++) {
        statuses.push((await caller('fourth', other())('operator', 'POST', '/ledger/open', { reason: 'no' })).status);
      }
      return statuses;
    })();
    expect((await cast.call('trainer', 'POST', '/archive')).status).toBe(200);
    await reopen;
    const { size, state } = await info('fourth');
    expect(state).toBe('archived');
    const { auditExport } = await import('@eads/ledger');
    const files = new Map<string, Uint8Array>(
      (await cast.call('auditor', 'GET', '/export')).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .map(({ path, text }: { path: string; text: string }) => [path, Buffer.from(text)]),
    );
    const report = await auditExport({ files });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, size });
    const receipted = [id, my].flatMap(({ heard }) => heard.receipts.map(([record]) => Number(record.split('\n')[1])));
    expect(Math.max(...receipted)).toBeLessThan(size);
    await eventually('neither serves it', () => hubs.every(({ hub }) => hub.run('fourth') === undefined));
    expect((await caller('fourth', other())('operator', 'POST', '/ledger/open', { reason: 'no' })).status).toBe(404);
    await cast.stop();
  });

  it('is not archived with a manifest that is not of all of it, nor while it is open; and an archive is not opened', async () => {
    const cast = await gather('fourth-b');
    await cast.found();
    const { database } = one();
    const schema = runSchema('fourth-b');
    expect(await archiveRun(database, 'fourth-b', { manifest: 'm', size: 1 })).toBe(false);
    await freeze(database, schema, 'exercise', '');
    expect(await archiveRun(database, 'fourth-b', { manifest: 'm', size: 0 })).toBe(false);
    expect((await info('fourth-b')).state).toBe('frozen');
    expect(await archiveRun(database, 'fourth-b', { manifest: 'm', size: 1 })).toBe(true);
    expect(await inTransaction(database, (connection) => openLedger(connection, schema))).toBe(false);
    expect((await readHead(database, schema))?.frozen).toBe('exercise');
    expect(await beginEpoch(database, schema, 1, { origin: 'a/b/2', logKey: {}, hubKey: {}, predecessor: null })).toBe(
      false,
    );
    await cast.stop();
  });

  it('made anew under the name of a deleted one, has an origin of its own: no two logs bear one name', async () => {
    const cast = await gather('fifth');
    await cast.found();
    const id = cast.connect('ID');
    await id.until('the genesis', () => id.next() === 1);
    expect((await caller('fifth')('trainer', 'DELETE', '')).status).toBe(204);
    await one().hub.create('fifth', FEW);
    const { origin } = await info('fifth');
    expect(origin).toBe(cast.origin.replace(/1$/, '2'));
    await eventually('the other has noticed', () => other().hub.run('fifth')?.epoch.origin === origin);
    const settled = await other()
      .hub.run('fifth')
      ?.submit('ID', id.envelope('delivery.statement', [], { through: 0, rseq: 0 }).jws);
    expect(settled?.outcome).toMatchObject({ type: 'retry', code: 'starting' });
    await cast.stop();
  });

  it('keeps no other shut when it cannot be opened, and says why', async () => {
    const cast = await gather('sixth');
    await cast.found();
    await one().database.query(`UPDATE "run sixth".entries SET envelope = 'damaged' WHERE seq = 0`);
    const late = await startHubServer({
      databaseUrl: await pg.server.ensureDatabase('hub'),
      tokens,
      replica: 'late',
    });
    try {
      expect(late.hub.run('sixth')).toBeUndefined();
      expect(late.hub.run('third')).toBeDefined();
      const said = JSON.parse((await caller('sixth', late)('trainer', 'GET', '')).text) as RunInfo;
      expect(said.why).toContain('does not fold');
    } finally {
      await late.stop();
    }
    await cast.stop();
  });

  it('ends the live feed of an epoch that is over, so that its reader looks again', async () => {
    const cast = await gather('seventh');
    await cast.found();
    const reading = fetch(`${one().url}/runs/seventh/feed?follow=true`, {
      headers: { authorization: `Bearer ${tokens.evaluator}` },
    }).then((response) => response.text());
    await eventually('it is read', async () => (await info('seventh')).size === 1);
    expect((await caller('seventh')('operator', 'POST', '/ledger/new-epoch', { reason: 'exercise' })).status).toBe(200);
    expect((await reading).trim().split('\n')).toHaveLength(1);
    await cast.stop();
  });

  it('takes an enrolment only of who is called, by its own token, and founds with the keys of this hub alone', async () => {
    await one().hub.create('eighth', ['ID', 'MY', 'SEC']);
    const cast = await createCast(one().url, 'eighth', tokens, ['ID', 'MY', 'SEC']);
    const th = createScriptedMember('TH');
    expect((await cast.call('TH', 'POST', '/enrolments', { block: th.enrolment(cast.origin) })).status).toBe(409);
    const my = createScriptedMember('MY');
    expect((await cast.call('ID', 'POST', '/enrolments', { block: my.enrolment(cast.origin) })).status).toBe(409);
    const { logKey, enrolled } = JSON.parse((await cast.call('SEC', 'GET', '/enrolments')).text);
    const { kty, crv, x } = my.keys.signing.jwk;
    const foreign = cast.member('SEC').envelope('genesis', 'all', {
      ...{ protocol: 1, quorum: 2, logKey, hubKey: { kty, crv, x }, predecessor: null, members: enrolled },
    });
    const answer = await cast.call('SEC', 'POST', '/genesis', { origin: cast.origin, envelope: foreign.jws });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('other hub or log keys');
  });
});
