import { parseRecord, sha256Base64 } from '@eads/ledger';
import { type FeedEntry, ITEM_CODES } from '@eads/protocol';
import { eventually, type HubServer, plainNotice, startHubServer, startTestPostgres, testTokens } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { createKeepingCast, createTraffic, FEW, type KeepingCast } from './keeping-cast.ts';
import { skewedClock } from './quick-clock.ts';
import { openRawSession, type RawSession } from './raw-session.ts';
import { FOUR, type RealNodes, startRealNodes } from './real-nodes.ts';
import { campaignSeed } from './seed.ts';

const RUN = 'link';
const STORMS = 30;
const { random } = campaignSeed('link');

const feedOf = async (cast: KeepingCast): Promise<FeedEntry[]> =>
  (await cast.call('evaluator', 'GET', '/feed')).text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('lines that break between members and two replicas', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let tokens: Record<string, string>;
  const replicas: HubServer[] = [];
  const doors: CuttingProxy[] = [];
  let cast: KeepingCast;
  const lines = () => doors.reduce((sum, door) => sum + door.cuts().lines, 0);
  const linked = (): boolean => cast.all.every((member) => member.state()?.status === 'linked');
  const load = (label: string): (() => void) => {
    const traffic = createTraffic(cast, random.fork(label));
    const timer = setInterval(() => {
      for (const member of cast.all) traffic.topUp(member, 10);
    }, 10);
    return () => clearInterval(timer);
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    tokens = testTokens();
    const databaseUrl = await postgres.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) {
      const server = await startHubServer({ databaseUrl, tokens, replica });
      replicas.push(server);
      doors.push(await startCuttingProxy(server.url, random.fork(replica)));
    }
    await replicas[0]?.hub.create(RUN, FEW);
    await eventually('both serve the run', () => replicas.every(({ hub }) => hub.run(RUN) !== undefined));
    cast = await createKeepingCast((replicas[0] as HubServer).url, RUN, tokens);
    cast.all.forEach(({ member }, i) => {
      cast.connect(member, { hub: (doors[i % 2] as CuttingProxy).url });
    });
    await eventually('all are linked', linked);
  });
  afterAll(async () => {
    await cast?.stop();
    for (const door of doors) await door.close();
    for (const replica of replicas) await replica.stop();
    await postgres?.stop();
  });

  it('cut inside frames at any byte, lose nothing and double nothing (promises 1, 2, 3)', async () => {
    const end = load('bytes');
    for (const door of doors) door.cutWithin(60_000);
    for (const door of doors) door.cutAll();
    const before = lines();
    await eventually('many lines were cut', () => lines() > before + 60);
    for (const door of doors) door.cutWithin(null);
    end();
    await cast.settle();
    expect(doors.reduce((sum, door) => sum + door.cuts().inside, 0)).toBeGreaterThan(20);
    expect(cast.all.reduce((sum, member) => sum + member.resent(), 0)).toBeGreaterThan(20);
    expect((await cast.verdict()).wrong).toEqual([]);
    // A line that was cut says nothing; whatever else a member heard would be a fault of one end.
    expect([...new Set(cast.all.flatMap((member) => member.lost()))]).toEqual([1006]);
  });

  it(`cut all at once ${STORMS} times over, come back each time and lose nothing`, async () => {
    const end = load('storm');
    for (let i = 0; i < STORMS; i++) {
      await eventually('all are back', linked);
      const before = cast.all.map((member) => member.lost().length);
      for (const door of doors) door.cutAll();
      await eventually('all noticed', () =>
        cast.all.every((member, n) => member.lost().length > (before[n] as number)),
      );
    }
    end();
    await cast.settle();
    expect((await cast.verdict()).wrong).toEqual([]);
    expect([...new Set(cast.all.flatMap((member) => member.lost()))]).toEqual([1006]);
  });

  it('let the same bytes and other bytes under one id race over both replicas: one stands, and every receipt says so (promise 3)', async () => {
    const IDS = 15;
    const racers: RawSession[] = [];
    const made = new Map<string, { id: string; hash: string }>();
    for (const code of ['ID', 'MY', 'SG']) {
      const { scripted } = cast.member(code);
      await cast.member(code).stop();
      const open = (replica: number): Promise<RawSession> =>
        openRawSession({
          ...{ hub: (replicas[replica] as HubServer).url, run: RUN, token: tokens[code] as string },
          ...{ origin: cast.origin, member: code, key: scripted.keys.signing, next: cast.member(code).next() },
        });
      const [first, second] = [await open(0), await open(1)];
      const texts: string[] = [];
      for (let i = 0; i < IDS; i++) {
        const one = scripted.envelope('notice.publish', 'all', { notice: plainNotice(code, 7_000 + i) });
        const { id } = one.claims;
        const other = scripted.envelope('notice.publish', 'all', { notice: plainNotice(code, 8_000 + i) }, { id });
        for (const { jws } of [one, other]) {
          made.set(sha256Base64(jws), { id, hash: sha256Base64(jws) });
          texts.push(jws);
        }
      }
      // In one frame a replica decides in order; single frames on both sides meet at the lock in any.
      for (const text of random.several(texts, texts.length)) {
        first.publish(text);
        second.publish(text);
      }
      racers.push(first, second);
    }
    const answers = (session: RawSession): number =>
      session.receipts().length + session.of('retry').reduce((sum, { items }) => sum + items.length, 0);
    // The older session of each member is closed within a second, and owes nothing from then on.
    await eventually('all that is owed is answered', () =>
      racers.every((session) => session.closed() !== null || answers(session) >= 2 * IDS),
    );
    // It was a race only if older and newer sessions, at one replica each, both were answered.
    for (const side of [0, 1]) {
      expect(
        racers.some((session, i) => i % 2 === side && session.receipts().length > 0),
        `replica ${side}`,
      ).toBe(true);
    }
    const receipts = racers.flatMap((session) => session.receipts());
    const feed = await feedOf(cast);
    for (const id of new Set([...made.values()].map((each) => each.id))) {
      const accepted = feed.filter((entry) => entry.id === id && entry.code === 'accepted');
      expect(accepted, id).toHaveLength(1);
      const told = receipts.filter((record) => parseRecord(record).id === id);
      expect(told.length, id).toBeGreaterThan(0);
      for (const record of told) {
        const { code, envelopeHash } = parseRecord(record);
        const same = Buffer.from(envelopeHash).toString('base64') === sha256Base64(accepted[0]?.envelope ?? '');
        expect(same ? record : code, id).toBe(same ? accepted[0]?.record : 'id-conflict');
      }
    }
    for (const racer of racers) racer.end();
    expect(ITEM_CODES['id-conflict'].retry).toBe('never-these-bytes');
  });
});

describe('members whose clocks are hours off', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let nodes: RealNodes;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const tokens = testTokens();
    server = await startHubServer({ databaseUrl: await postgres.server.ensureDatabase('hub'), tokens });
    await server.hub.create(RUN, FOUR);
    const HOUR = 3_600_000;
    const skews: Readonly<Record<string, number>> = { MY: 9 * HOUR, SG: -9 * HOUR, SEC: 3 * HOUR };
    nodes = await startRealNodes({
      ...{ hubUrl: server.url, run: RUN, tokens },
      ensure: (name) => postgres.server.ensureDatabase(name),
      over: (code) => ({ clock: skewedClock(skews[code] ?? 0) }),
    });
    await nodes.linked();
  });
  afterAll(async () => {
    await nodes?.stop();
    await server?.stop();
    await postgres?.stop();
  });

  it('exchange like the others, and nobody is alarmed: order is that of the ledger', async () => {
    const ids: [string, string][] = [];
    for (let i = 1; i <= 3; i++) {
      for (const code of ['ID', 'MY', 'SG', 'TH']) {
        ids.push([code, await nodes.submit(code, 'notice.publish', 'all', { notice: plainNotice(code, i) })]);
      }
    }
    for (const [code, id] of ids) await nodes.reaches(code, id, 'witnessed');
    await eventually('every node has handled all of it', async () => {
      const statuses = await Promise.all(FOUR.map((code) => nodes.runOf(code).status()));
      return statuses.every(({ size, handling }) => size > ids.length && handling.pending === 0);
    });
    for (const code of FOUR) {
      const { colour, red, amber } = await nodes.runOf(code).status();
      expect({ colour, red, amber }, code).toEqual({ colour: 'green', red: [], amber: [] });
      const { core } = nodes.runOf(code);
      const { rows } = await core.database.query<{ ref: string }>(`SELECT ref FROM ${core.schema}.notice_versions`);
      expect(rows.map(({ ref }) => ref).sort(), code).toEqual(ids.map(([author, id]) => `${author}/${id}`).sort());
    }
  });
});
