import { listNodeEpochs, listOutbox, readNodeCursor } from '@eads/store';
import {
  type Answer,
  eventually,
  type HubServer,
  hubCaller,
  plainNotice,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { createKeepingCast, createTraffic, FEW, type KeepingCast } from './keeping-cast.ts';
import { FOUR, type RealNodes, startRealNodes } from './real-nodes.ts';
import { type RollbackPostgres, startRollbackPostgres } from './rollback-postgres.ts';
import { campaignSeed } from './seed.ts';

const RUN = 'database';
const { random } = campaignSeed('database');

/** Keeps members sending until it is told to end. */
const load = (cast: KeepingCast, label: string): (() => void) => {
  const traffic = createTraffic(cast, random.fork(label));
  const timer = setInterval(() => {
    for (const member of cast.all) traffic.topUp(member, 20);
  }, 10);
  return () => clearInterval(timer);
};
const answered = (cast: KeepingCast, code: string): number =>
  cast.all.reduce((sum, each) => sum + (each.codes().get(code) ?? 0), 0);

describe('a database that is restarted under load', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let cast: KeepingCast;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server.ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FEW);
    cast = await createKeepingCast(server.url, RUN, tokens);
    cast.connectAll();
  });
  afterAll(async () => {
    await cast?.stop();
    await server?.stop();
    await postgres?.stop();
  });

  it.each(['fast', 'immediate'] as const)('loses nothing (%s), and goes on by itself (promise 1)', async (mode) => {
    const end = load(cast, mode);
    const before = answered(cast, 'accepted');
    await eventually('there is load', () => answered(cast, 'accepted') > before + 100);
    await postgres.server.restart(mode);
    const after = answered(cast, 'accepted');
    await eventually('it goes on', () => answered(cast, 'accepted') > after + 100);
    end();
    await cast.settle();
    expect((await cast.verdict()).wrong).toEqual([]);
    expect(cast.all.every((member) => member.lost().every((code) => code === 4503 || code === 1011))).toBe(true);
  });

  it('sequences nothing after it until n-k+1 co-signers have shown what they hold, then goes on', async () => {
    for (const member of cast.all) await member.stop();
    await postgres.server.restart();
    const [id, my] = [cast.member('ID'), cast.member('MY')];
    cast.connect('SEC');
    cast.connect('ID');
    await eventually('both are linked', () =>
      ['SEC', 'ID'].every((code) => cast.member(code).state()?.status === 'linked'),
    );
    const { scripted } = id;
    const before = answered(cast, 'starting');
    id.send(scripted.envelope('notice.publish', 'all', { notice: plainNotice('ID', 900) }));
    await eventually('it is told to come again', () => answered(cast, 'starting') > before + 1);
    expect(id.waiting()).toBe(1);
    expect((await server.hub.health()).status).toBe('starting');
    cast.connect('MY');
    await eventually('two of five co-signers have vouched', () => id.waiting() === 0);
    for (const code of ['SG', 'TH', 'VN']) cast.connect(code);
    await cast.settle();
    expect((await server.hub.health()).status).not.toBe('starting');
    expect(my.lost().at(-1)).not.toBe(4423);
    expect((await cast.verdict()).wrong).toEqual([]);
  });

  it('goes on at a person’s word where too few are there to show it, and that word is an entry', async () => {
    for (const member of cast.all) await member.stop();
    await postgres.server.restart('immediate');
    const id = cast.member('ID');
    cast.connect('ID');
    id.send(id.scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }));
    await eventually('it waits', () => server.hub.health().then(({ status }) => status === 'starting'));
    expect((await cast.call('ID', 'POST', '/ledger/open', { reason: 'EXERCISE' })).status).toBe(403);
    expect((await cast.call('operator', 'POST', '/ledger/open', { reason: 'EXERCISE' })).status).toBe(204);
    await eventually('it is taken', () => id.waiting() === 0);
    cast.connectAll();
    await cast.settle();
    const feed = (await cast.call('evaluator', 'GET', '/feed')).text;
    expect(feed.match(/"kind":"ledger.open"/g)).not.toBeNull();
    expect((await cast.verdict()).wrong).toEqual([]);
  });

  it('refuses a server that may forget what it confirmed, and says what to turn on', async () => {
    const admin = new pg.Client({ connectionString: postgres.server.adminUrl });
    await admin.connect();
    const databaseUrl = await postgres.server.ensureDatabase('careless');
    await admin.query('ALTER ROLE careless SET synchronous_commit = off');
    await admin.end();
    await expect(startHubServer({ databaseUrl, tokens: testTokens() })).rejects.toMatchObject({
      code: 'not-durable',
      message: expect.stringContaining('synchronous_commit=off'),
    });
  });
});

describe('a database that is rolled back', requires('postgres'), () => {
  let postgres: RollbackPostgres;
  let server: HubServer;
  let cast: KeepingCast;

  beforeAll(async () => {
    postgres = await startRollbackPostgres();
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server().ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FEW);
    cast = await createKeepingCast(server.url, RUN, tokens);
    cast.connectAll();
  });
  afterAll(async () => {
    await cast?.stop();
    await server?.stop();
    await postgres?.stop();
  });

  it('is frozen for all by the first member that holds more, until the right backup is back (promises 1, 5)', async () => {
    const some = load(cast, 'before');
    await eventually('there is load', () => answered(cast, 'accepted') > 200);
    some();
    await cast.settle();
    const copy = await postgres.backUp();
    const backedUp = cast.member('ID').next();
    const more = load(cast, 'after');
    const before = answered(cast, 'accepted');
    await eventually('it goes on', () => answered(cast, 'accepted') > before + 200);
    more();
    await cast.settle();
    await eventually('everybody holds a checkpoint of it', () => cast.all.every((each) => each.witnessed() > backedUp));
    const whole = await postgres.putBack(copy);
    await eventually('everybody is closed with 4423', () => cast.all.every((each) => each.lost().at(-1) === 4423));
    const { state, why } = JSON.parse((await cast.call('auditor', 'GET', '')).text);
    expect({ state, why }).toEqual({ state: 'frozen', why: expect.stringMatching(/holds a checkpoint of size \d+/) });
    expect((await server.hub.health()).status).toBe('frozen');
    const { wrong } = await cast.verdict();
    expect(wrong.some((line) => line.startsWith('lost:'))).toBe(true);
    expect(wrong.some((line) => line.startsWith('rolled-back:'))).toBe(true);
    expect(wrong.some((line) => line.startsWith('audit checkpoint-rolled-back'))).toBe(true);

    await postgres.putBack(whole);
    for (const member of cast.all) member.resume();
    const end = load(cast, 'restored');
    const found = answered(cast, 'accepted');
    await eventually('the right backup goes on by itself', () => answered(cast, 'accepted') > found + 100);
    end();
    await cast.settle();
    expect((await cast.verdict()).wrong).toEqual([]);
    expect((await server.hub.health()).status).not.toBe('frozen');
  });

  it('opened by a person, goes on with those who hold no more than it has, and freezes again before one who does', async () => {
    const few = ['SEC', 'SG', 'TH', 'VN'];
    for (const member of cast.all) if (few.includes(member.member)) await member.stop();
    const copy = await postgres.backUp();
    for (const code of ['ID', 'MY']) cast.member(code).resume();
    const id = cast.member('ID');
    const size = id.next();
    await eventually('ID is linked', () => id.state()?.status === 'linked');
    id.send(id.scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }));
    await eventually('ID and MY hold a checkpoint of more', () =>
      ['ID', 'MY'].every((code) => Number(cast.member(code).checkpoint()?.split('\n')[1]) > size),
    );
    await postgres.putBack(copy);
    await eventually('it is frozen', async () => (await server.hub.health()).status === 'frozen');
    for (const code of ['ID', 'MY']) await cast.member(code).stop();
    expect((await cast.call('operator', 'POST', '/ledger/open', { reason: 'EXERCISE' })).status).toBe(204);
    for (const code of few) cast.connect(code);
    const vn = cast.member('VN');
    vn.send(vn.scripted.envelope('delivery.statement', [], { through: 2, rseq: 0 }));
    await eventually('it is sequenced', () => vn.waiting() === 0);
    await eventually('the others hold it', () => few.every((code) => cast.member(code).next() >= vn.next()));
    cast.connect('ID');
    await eventually('everybody is closed with 4423', () =>
      [...few, 'ID'].every((code) => cast.member(code).lost().at(-1) === 4423),
    );
    expect((await server.hub.health()).status).toBe('frozen');
  });
});

describe('a database that is put back from a copy while server and hub run', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let cast: KeepingCast;
  let admin: pg.Client;

  /** Keeps everybody out of the hub's database meanwhile. */
  const whileClosed = async (...statements: string[]): Promise<void> => {
    await admin.query('ALTER DATABASE hub ALLOW_CONNECTIONS false');
    await admin.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'hub'");
    for (const statement of statements) await admin.query(statement);
    await admin.query('ALTER DATABASE hub ALLOW_CONNECTIONS true');
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server.ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FEW);
    cast = await createKeepingCast(server.url, RUN, tokens);
    cast.connectAll();
    admin = new pg.Client({ connectionString: postgres.server.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await cast?.stop();
    await server?.stop();
    await admin?.end();
    await postgres?.stop();
  });

  it('is frozen although nothing was restarted (promise 5)', async () => {
    await cast.settle();
    await whileClosed('CREATE DATABASE kept TEMPLATE hub OWNER hub');
    const end = load(cast, 'swap');
    await eventually('there is load', () => answered(cast, 'accepted') > 100);
    end();
    await cast.settle();
    await eventually('everybody holds a checkpoint of it', () => cast.all.every((each) => each.witnessed() > 50));
    await whileClosed('DROP DATABASE hub', 'ALTER DATABASE kept RENAME TO hub');
    const id = cast.member('ID');
    id.send(id.scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }));
    await eventually('everybody is closed with 4423', () => cast.all.every((each) => each.lost().at(-1) === 4423));
    expect((await server.hub.health()).status).toBe('frozen');
    expect(id.waiting(), 'nothing was sequenced meanwhile').toBe(1);
  });
});

describe('a new epoch after a rolled-back database, at real nodes', requires('postgres'), () => {
  let postgres: RollbackPostgres;
  let own: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let nodes: RealNodes;
  let call: (role: string, method: string, path: string, body?: unknown) => Promise<Answer>;

  beforeAll(async () => {
    [postgres, own] = await Promise.all([startRollbackPostgres(), startTestPostgres()]);
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server().ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FOUR);
    call = hubCaller(server.url, RUN, tokens);
    const ensure = (name: string) => own.server.ensureDatabase(name);
    nodes = await startRealNodes({ hubUrl: server.url, run: RUN, tokens, ensure });
    await nodes.linked();
  });
  afterAll(async () => {
    await nodes?.stop();
    await server?.stop();
    await postgres?.stop();
    await own?.stop();
  });

  it('is followed from what they hold; what no quorum covered goes back to the officer, and is sent again at a word', async () => {
    const publish = (serial: number): Promise<string> =>
      nodes.submit('ID', 'notice.publish', 'all', { notice: plainNotice('ID', serial) });
    const first = await publish(1);
    await nodes.reaches('ID', first, 'witnessed');
    const copy = await postgres.backUp();
    await nodes.linked();
    const lost = await publish(2);
    await nodes.reaches('ID', lost, 'witnessed');
    await postgres.putBack(copy);
    await eventually('the run is frozen', async () => (await server.hub.health()).status === 'frozen');
    const frozen = await publish(3);
    await eventually('a node says so at its desk', async () => {
      const { red, amber } = await nodes.runOf('ID').status();
      return [...red, ...amber].some(({ code }) => code === 'closed-4423');
    });
    const before = nodes.runOf('MY').state()?.origin;

    const answer = await call('operator', 'POST', '/ledger/new-epoch', { reason: 'EXERCISE' });
    expect(answer.status).toBe(200);
    const { origin } = JSON.parse(answer.text);
    expect(origin).not.toBe(before);
    await eventually('every node has gone on to it', () =>
      FOUR.every((code) => nodes.runOf(code).state()?.origin === origin),
    );
    for (const code of FOUR) nodes.runOf(code).resume();
    await nodes.linked();

    for (const code of FOUR) {
      const { core } = nodes.runOf(code);
      expect((await listNodeEpochs(core.database, core.schema)).map((epoch) => epoch.origin)).toEqual([before, origin]);
    }
    // Witnessed before the database was lost: it survives at every node, and the new epoch goes on from behind it.
    const { predecessor } = nodes.runOf('SG').state()?.founding ?? {};
    expect(Number(predecessor?.split('\n')[1])).toBeGreaterThan((await nodes.outbox('ID', lost)).seq as number);
    expect((await nodes.outbox('ID', lost)).state).toBe('witnessed');
    expect(await nodes.outbox('ID', frozen)).toMatchObject({ state: 'held', code: 'other-origin' });

    const again = await nodes.runOf('ID').confirmResend(frozen);
    await nodes.reaches('ID', again, 'witnessed');
    await eventually('the others hold all three', async () => {
      const holders = FOUR.filter((code) => code !== 'ID').map(async (code) => {
        const { core } = nodes.runOf(code);
        const { rows } = await core.database.query<{ ref: string }>(`SELECT ref FROM ${core.schema}.notice_versions`);
        return [first, lost, again].every((id) => rows.some(({ ref }) => ref === `ID/${id}`));
      });
      return (await Promise.all(holders)).every(Boolean);
    });
    for (const code of FOUR) {
      const { core } = nodes.runOf(code);
      const rows = await listOutbox(core.database, core.schema, 100, null);
      expect(rows.filter(({ state }) => state === 'queued' || state === 'sent')).toEqual([]);
      expect((await readNodeCursor(core.database, core.schema))?.origin).toBe(origin);
      expect(await nodes.evidenceOf(code)).toEqual([]);
    }
  });
});
